"""Objects that yield batches: generators, loaders of other libraries, anything iterable."""

from __future__ import annotations

import itertools

from fastdense.training import data
from fastdense.training.samples import Span
from fastdense.utils import unpack_x_y_sample_weight

from .source import Source, count_in

__all__ = ["Stream"]


class Stream(Source):
    """Batches from an iterable, one a span.

    What can be iterated over again, such as a torch ``DataLoader`` or a ``tf.data.Dataset``,
    starts anew with each pass. A generator cannot: it goes on where it is.

    Parameters
    ----------
    batches : iterable of tuple
        Each ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.
    read : callable
        ``read(x, y, sample_weight)`` returns Samples or Inputs.
    """

    maker = "The generator"  # of batches, in messages

    def __init__(self, batches, read):
        self.batches = batches
        self.read = read
        self._iterator = None
        self._waiting = None  # samples of a batch that was read ahead
        self._taken = 0  # batches, in this pass

    @property
    def n_batches(self):
        try:
            return len(self.batches)
        except TypeError:  # no length, or one that is not known or not finite
            return None

    def first(self):
        self._open()
        self._waiting = self._next()
        if self._waiting is None:
            raise ValueError(
                "Expected at least one batch: a generator must yield at least one batch. Received: "
                f"an empty {type(self.batches).__name__}, or one that has been used up."
            )
        return self._waiting

    def restart(self):
        if self._iterator is None or self._taken:
            self._open()

    def take(self, count):
        samples, self._waiting = self._waiting, None
        if samples is None:
            samples = self._next()
        if samples is None:
            return None
        self._taken += 1
        return Span(samples, None, 0, samples.n, 1, samples.n)

    def position(self):
        return {"next": self._taken}

    def resume(self, position):
        self.restart()
        self._skip(count_in(position, "next"))

    def close(self):
        """Close the iterator of this pass; not a generator of the user's, who may go on with it."""
        if self._iterator is not self.batches and hasattr(self._iterator, "close"):
            self._iterator.close()
        self._iterator = None

    def _open(self):
        self.close()
        self._iterator = self._iterate()
        self._taken = 0

    def _iterate(self):
        return iter(self.batches)

    def _next(self):
        try:
            batch = next(self._iterator)
        except StopIteration:
            return None
        return self._read(batch)

    def _read(self, batch):
        if not isinstance(batch, (tuple, list)) and not data.is_array(batch):
            raise ValueError(
                f"{self.maker} must return a tuple, either (input,) or (inputs, targets) or "
                f"(inputs, targets, sample_weights). Received: {str(batch)[:60]} of type "
                f"{type(batch)}."
            )
        return self.read(*unpack_x_y_sample_weight(batch))

    def _skip(self, n):
        """Leave out batches that another run has taken."""
        if n and self._waiting is not None:
            self._waiting, n, self._taken = None, n - 1, 1
        self._taken += sum(1 for _ in itertools.islice(self._iterator, n))
