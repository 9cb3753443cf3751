"""The same training by hand in JAX: a whole epoch is one compiled ``lax.scan``."""

from __future__ import annotations

import numpy as np
import work
from base import Base

__all__ = ["Peer"]


class Peer(Base):
    name = "JAX scan"

    def __init__(self):
        import jax

        self.jax = jax

    def versions(self):
        return {"jax": self.jax.__version__}

    def load(self, net, x, y):
        super().load(net, x, y.astype("int32"))
        self.device_x, self.device_y = self.jax.device_put((x, self.y))

    def build(self):
        # New functions each time, so that a new fit compiles anew.
        self.weights = self.jax.device_put(self.first_weights())
        self.velocities = [self.jax.numpy.zeros_like(w) for w in self.weights]
        self.rng = np.random.default_rng(4)
        jit = self.jax.jit
        self.run_epoch = jit(lambda *a: self.scan_epoch(*a), donate_argnums=(0, 1))
        self.run_step = jit(lambda *a: self.train_batch(*a), donate_argnums=(0, 1))
        self.run_forward = jit(lambda weights, x: self.output(self.logits(weights, x)))

    def logits(self, weights, x):
        pairs = list(zip(weights[::2], weights[1::2], strict=True))
        for kernel, bias in pairs[:-1]:
            x = self.jax.nn.relu(x @ kernel + bias)
        kernel, bias = pairs[-1]
        return x @ kernel + bias

    def output(self, z):
        return self.jax.nn.sigmoid(z) if self.net.binary else self.jax.nn.softmax(z)

    def loss(self, weights, x, y):
        """Return the mean loss, and the summed loss and hits for the metrics."""
        jnp, z = self.jax.numpy, self.logits(weights, x)
        if self.net.binary:
            z = z[:, 0]
            losses = jnp.logaddexp(0.0, z) - y * z
            hits = (z > 0) == (y > 0)
        else:
            logs = self.jax.nn.log_softmax(z)
            losses = -jnp.take_along_axis(logs, y[:, None], axis=1)[:, 0]
            hits = z.argmax(axis=1) == y
        return losses.mean(), jnp.stack([losses.sum(), hits.sum().astype(losses.dtype)])

    def train_batch(self, weights, velocities, x, y):
        """Return weights and velocities after one RMSprop step, and the metrics' sums."""
        rate, rho, epsilon = work.RMSPROP.values()
        gradients, sums = self.jax.grad(self.loss, has_aux=True)(weights, x, y)
        velocities = [rho * v + (1 - rho) * g * g
                      for v, g in zip(velocities, gradients, strict=True)]
        weights = [w - rate * g / self.jax.numpy.sqrt(v + epsilon)
                   for w, g, v in zip(weights, gradients, velocities, strict=True)]
        return weights, velocities, sums

    def scan_epoch(self, weights, velocities, x, y, order):
        """Train all full batches in a scan and the rest as one step more."""
        def body(carry, rows):
            *carry, sums = self.train_batch(*carry, x[rows], y[rows])
            return carry, sums

        batch, full = self.net.batch, self.net.n // self.net.batch
        carry, sums = self.jax.lax.scan(
            body, [weights, velocities], order[:full * batch].reshape(full, batch))
        total = sums.sum(axis=0)
        if self.net.n % batch:
            carry, rest = body(carry, order[full * batch:])
            total += rest
        return (*carry, total)

    def train(self, epochs):
        for _ in range(epochs):
            order = self.rng.permutation(self.net.n).astype("int32")
            self.weights, self.velocities, sums = self.run_epoch(
                self.weights, self.velocities, self.device_x, self.device_y, order)
            sums.block_until_ready()

    def step(self):
        x, y = self.x[:self.net.batch], self.y[:self.net.batch]

        def step():
            self.weights, self.velocities, sums = self.run_step(
                self.weights, self.velocities, x, y)
            return np.asarray(sums)
        return step

    def predict(self, rows):
        x = self.x[:rows]
        return lambda: np.asarray(self.run_forward(self.weights, x))

    forward = predict
