"""The work that is timed: networks, their data, their first weights, and what they cost.

Only NumPy is needed here, so that every peer can import it, whatever else its process lacks.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

__all__ = ["RMSPROP", "Net", "data", "forward", "forward_flops", "training_flops", "weights"]

RMSPROP = {"learning_rate": 1e-3, "rho": 0.9, "epsilon": 1e-7}


class Net(NamedTuple):
    """Dense layers, relu between them, softmax at the end (sigmoid if the last has one unit).

    ``data`` is "gaussian" or the path of an .npz file with uint8 images ``x (n, 784)`` and labels
    ``y (n,)``. Training is RMSprop on the crossentropy, shuffled, in batches of ``batch`` rows.
    """

    sizes: tuple[int, ...]
    batch: int
    n: int
    data: str = "gaussian"

    @property
    def name(self):
        """The sizes as in "784-512-10", runs of equal layers as in "256-256 x 6"."""
        first, *rest = self.sizes
        if len(rest) > 3 and set(rest) == {first}:
            return f"{first}-{first} x {len(rest)}"
        return "-".join(map(str, self.sizes))

    @property
    def binary(self):
        """Whether the net has one sigmoid unit at its end."""
        return self.sizes[-1] == 1

    @property
    def steps(self):
        """Batches in an epoch, the short last one included."""
        return -(-self.n // self.batch)


def data(net):
    """Return rows float32 ``(n, n_in)`` and labels int64 ``(n,)``."""
    if net.data != "gaussian":
        with np.load(net.data) as stored:
            x, y = stored["x"][:net.n], stored["y"][:net.n]
        return x.astype("float32") / 255, y.astype("int64")
    rng = np.random.default_rng(1)
    x = rng.standard_normal((net.n, net.sizes[0]), dtype="float32")
    return x, rng.integers(max(2, net.sizes[-1]), size=net.n)


def weights(net):
    """Return ``[kernel, bias, kernel, bias, ...]`` as glorot_uniform and zeros draw them."""
    rng = np.random.default_rng(2)
    drawn = []
    for n_in, n_out in itertools.pairwise(net.sizes):
        limit = (6 / (n_in + n_out)) ** 0.5
        drawn += [rng.uniform(-limit, limit, (n_in, n_out)).astype("float32"),
                  np.zeros(n_out, "float32")]
    return drawn


def forward(net, weights, x):
    """Return the net's output in NumPy: what every peer must give, or it runs another net."""
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    z = x @ weights[-2] + weights[-1]
    if net.binary:
        return 1 / (1 + np.exp(-z))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward_flops(net):
    """Return the multiplications and additions of one row's forward pass."""
    return sum(2 * n_in * n_out for n_in, n_out in itertools.pairwise(net.sizes))


def training_flops(net):
    """Return the same for one row's training: forward, weight gradients, input gradients.

    The first layer needs no gradient of its input. Biases, activations, losses and the optimizer
    are left out: per row they are less than one per cent, and only products can reach the peak.
    """
    return 3 * forward_flops(net) - 2 * net.sizes[0] * net.sizes[1]
