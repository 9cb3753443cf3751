"""The same training in PyTorch as its tutorials write it, without ``torch.compile``."""

from __future__ import annotations

import itertools

from base import Base

__all__ = ["Peer"]


class Peer(Base):
    name = "PyTorch eager"

    def __init__(self):
        import torch

        self.torch = torch

    def versions(self):
        return {"torch": self.torch.__version__}

    def load(self, net, x, y):
        super().load(net, x, y.astype("float32").reshape(-1, 1) if net.binary else y)
        self.tensor_x, self.tensor_y = map(self.torch.from_numpy, (self.x, self.y))

    def build(self):
        nn = self.torch.nn
        layers = []
        for n_in, n_out in itertools.pairwise(self.net.sizes):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.model = nn.Sequential(*layers[:-1])
        with self.torch.no_grad():
            for parameter, w in zip(self.model.parameters(), self.first_weights(), strict=True):
                parameter.copy_(self.torch.from_numpy(w.T))
        # PyTorch adds epsilon outside the root, Keras inside: the same work.
        self.optimizer = self.torch.optim.RMSprop(
            self.model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
        self.evaluate, self.update = self.loss_and_hits, self.optimizer.step

    def loss_and_hits(self, x, y):
        """Return the mean loss and the number of hits."""
        z = self.model(x)
        if self.net.binary:
            loss = self.torch.nn.functional.binary_cross_entropy_with_logits(z, y)
            return loss, ((z > 0) == (y > 0)).sum()
        return self.torch.nn.functional.cross_entropy(z, y), (z.argmax(dim=1) == y).sum()

    def train_batch(self, x, y):
        """Train one batch; return its mean loss and hits."""
        self.optimizer.zero_grad(set_to_none=True)
        loss, hits = self.evaluate(x, y)
        loss.backward()
        self.update()
        return loss.detach(), hits

    def train(self, epochs):
        for _ in range(epochs):
            order = self.torch.randperm(self.net.n)
            total, hits = self.torch.zeros(()), self.torch.zeros((), dtype=self.torch.int64)
            for rows in order.split(self.net.batch):
                batch_loss, batch_hits = self.train_batch(self.tensor_x[rows], self.tensor_y[rows])
                total += batch_loss * len(rows)
                hits += batch_hits

    def step(self):
        x, y = self.x[:self.net.batch], self.y[:self.net.batch]
        from_numpy = self.torch.from_numpy
        return lambda: self.train_batch(from_numpy(x), from_numpy(y))[0].item()

    def predict(self, rows):
        x, last = self.x[:rows], self.torch.nn.Sigmoid() if self.net.binary else (
            self.torch.nn.Softmax(dim=1))

        def predict():
            with self.torch.inference_mode():
                return last(self.model(self.torch.from_numpy(x))).numpy()
        return predict

    forward = predict
