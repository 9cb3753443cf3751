"""Arrays as a source of batches: many a span, so that the engine runs them in one call."""

from __future__ import annotations

from fastdense import random
from fastdense.training.samples import Span

from .source import Source, count_in

__all__ = ["Arrays"]


class Arrays(Source):
    """Batches of samples that are all there.

    Parameters
    ----------
    samples : Samples or Inputs
    batch_size : int
        The last batch may be shorter.
    shuffle : bool, default False
        Whether every pass has an order of its own.
    """

    def __init__(self, samples, batch_size, shuffle=False):
        self.samples = samples
        # What the engine holds for a larger batch than there are samples would lie idle.
        self.batch_size = max(1, min(batch_size, samples.n))
        self.shuffle = shuffle
        self.n_batches = -(-samples.n // self.batch_size)
        self._order = None
        self._drawn_from = None  # state of the random numbers before the order was drawn
        self._next = 0  # batch

    def first(self):
        return self.samples

    def restart(self):
        if self.shuffle:
            generator = random.generator()
            self._drawn_from = generator.bit_generator.state
            self._order = generator.permutation(self.samples.n)
        self._next = 0

    def take(self, count):
        first = self._next
        self._next = last = min(first + count, self.n_batches)
        if first == last:
            return None
        return Span(self.samples, self._order, first * self.batch_size,
                    min(last * self.batch_size, self.samples.n), last - first, self.batch_size)

    def position(self):
        return {"next": self._next, "random": self._drawn_from}

    def resume(self, position):
        if position["random"] is not None:
            random.generator().bit_generator.state = position["random"]
        self.restart()
        self._next = count_in(position, "next", self.n_batches)
