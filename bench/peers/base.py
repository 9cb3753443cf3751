"""The interface of a peer: what one library must do so that it can be timed beside the others."""

from __future__ import annotations

import time

import work

__all__ = ["Base"]


class Base:
    """A library at work on one net.

    A peer file defines a class ``Peer(Base)`` with ``name``, `versions`, `build` and as many of the
    others as its library can do; what it lacks is left out of the table. Importing the library
    belongs into ``__init__``: an ImportError there means "not installed".

    `predict`, `forward` and `step` return a function without arguments, which is what gets timed:
    NumPy arrays in, NumPy arrays out (or ready results), everything else prepared before.
    """

    name = ""

    def versions(self):
        """Return {package: version}."""
        raise NotImplementedError

    def load(self, net, x, y):
        """Take the data in; not timed. A peer may convert it to its own kind of array here."""
        self.net, self.x, self.y = net, x, y

    def build(self):
        """Make the model anew, with the net's first weights, and compile what can be compiled."""
        raise NotImplementedError

    # def train(self, epochs):  train the model; metrics on, data shuffled each epoch
    # def step(self):           a function that trains one batch, the first of the data
    # def predict(self, rows):  a function that calls the library's ordinary predict
    # def forward(self, rows):  a function that calls the library's quickest forward pass

    def fit(self, epochs):
        """Build and train: the whole fit as a user would wait for it."""
        self.build()
        self.train(epochs)

    def epoch(self):
        """Train one epoch more and return its seconds."""
        start = time.perf_counter()
        self.train(1)
        return time.perf_counter() - start

    def first_weights(self):
        """Return the net's first weights, float32."""
        return work.weights(self.net)
