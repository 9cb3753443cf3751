"""The same training by hand in NumPy, float32, with OpenBLAS or whatever NumPy came with."""

from __future__ import annotations

import numpy as np
import work
from base import Base

__all__ = ["Peer"]


class Peer(Base):
    name = "NumPy"

    def versions(self):
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return {"numpy": np.__version__, blas["name"]: blas["version"]}

    def build(self):
        self.weights = self.first_weights()
        self.velocities = [np.zeros_like(w) for w in self.weights]
        self.rng = np.random.default_rng(4)

    def update(self, i, gradient):
        """RMSprop in place."""
        velocity, rho = self.velocities[i], work.RMSPROP["rho"]
        velocity *= rho
        velocity += (1 - rho) * gradient * gradient
        gradient *= work.RMSPROP["learning_rate"]
        gradient /= np.sqrt(velocity + work.RMSPROP["epsilon"])
        self.weights[i] -= gradient

    def train_batch(self, x, y):
        """Train one batch; return its summed loss and hits."""
        inputs = [x]
        for kernel, bias in zip(self.weights[:-2:2], self.weights[1:-2:2], strict=True):
            z = inputs[-1] @ kernel
            z += bias
            inputs.append(np.maximum(z, 0, out=z))
        z = inputs[-1] @ self.weights[-2]
        z += self.weights[-1]
        loss, hits, d = self.loss(z, y)
        for layer in reversed(range(len(inputs))):
            gradients = inputs[layer].T @ d, d.sum(axis=0)
            if layer:
                d = d @ self.weights[2 * layer].T
                d *= inputs[layer] > 0
            for i, gradient in enumerate(gradients):
                self.update(2 * layer + i, gradient)
        return loss, hits

    def loss(self, z, y):
        """Return the batch's summed loss, its hits, and the gradient of the mean loss by `z`."""
        m = len(z)
        if self.net.binary:
            y = y[:, None].astype("float32")
            p = 1 / (1 + np.exp(-z))
            loss = np.logaddexp(0, z).sum() - (y * z).sum()
            return loss, ((z > 0) == (y > 0)).sum(), (p - y) / np.float32(m)
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        rows = np.arange(m)
        loss = np.log(total).sum() - z[rows, y].sum()
        hits = (z.argmax(axis=1) == y).sum()
        e /= total
        e[rows, y] -= 1
        e /= np.float32(m)
        return loss, hits, e

    def train(self, epochs):
        for _ in range(epochs):
            order = self.rng.permutation(self.net.n)
            loss = hits = 0
            for i in range(0, self.net.n, self.net.batch):
                rows = order[i:i + self.net.batch]
                batch_loss, batch_hits = self.train_batch(self.x[rows], self.y[rows])
                loss, hits = loss + batch_loss, hits + batch_hits

    def step(self):
        x, y = self.x[:self.net.batch], self.y[:self.net.batch]
        return lambda: self.train_batch(x, y)

    def predict(self, rows):
        x = self.x[:rows]
        return lambda: work.forward(self.net, self.weights, x)

    forward = predict

    def product(self, m, k, n):
        """Return a function that multiplies ``(m, k)`` by ``(k, n)``."""
        rng = np.random.default_rng(3)
        a = rng.standard_normal((m, k), dtype="float32")
        b = rng.standard_normal((k, n), dtype="float32")
        out = np.empty((m, n), "float32")
        return lambda: np.matmul(a, b, out=out)
