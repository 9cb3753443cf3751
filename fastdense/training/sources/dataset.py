"""A `PyDataset` as a source of batches, which threads may make ahead of time."""

from __future__ import annotations

import itertools
import operator
from collections import deque

from fastdense import random

from .source import count_in
from .stream import Stream

__all__ = ["Dataset"]


class Dataset(Stream):
    """The batches of a `PyDataset`.

    Parameters
    ----------
    dataset : PyDataset
    read : callable
        As for :class:`Stream`.
    shuffle : bool, default False
        Whether every pass takes the batches in an order of its own, if their number is finite.
    """

    maker = "PyDataset.__getitem__()"

    def __init__(self, dataset, read, shuffle=False):
        super().__init__(dataset, read)
        self.shuffle = shuffle
        self._drawn_from = None
        self._start = 0  # place of the first batch of the pass

    @property
    def n_batches(self):
        return self.batches.num_batches

    def first(self):
        if self.n_batches == 0:
            raise ValueError(f"Expected at least one batch. Received: "
                             f"{type(self.batches).__name__} of length 0.")
        return self._read(self.batches[0])

    def begin_epoch(self):
        self.batches.on_epoch_begin()

    def end_epoch(self):
        self.batches.on_epoch_end()

    def position(self):
        return {**super().position(), "random": self._drawn_from}

    def resume(self, position):
        if position["random"] is not None:
            random.generator().bit_generator.state = position["random"]
        self._start = count_in(position, "next", self.n_batches)
        self._open()
        self._taken, self._start = self._start, 0

    def _iterate(self):
        n = self.n_batches
        if n is None:
            indices = itertools.count(self._start)
        else:
            order = range(n)
            if self.shuffle:
                generator = random.generator()
                self._drawn_from = generator.bit_generator.state
                order = generator.permutation(n).tolist()
            indices = order[self._start:]
        if self.batches.workers > 1:
            return _ahead(self.batches, indices)
        return (self.batches[index] for index in indices)


def _ahead(dataset, indices):
    """Yield the batches in order while threads make the next ones."""
    from concurrent.futures import ThreadPoolExecutor  # not needed by whoever has arrays

    waiting = deque()
    with ThreadPoolExecutor(dataset.workers) as pool:
        try:
            for index in indices:
                waiting.append(pool.submit(operator.getitem, dataset, index))
                if len(waiting) >= max(dataset.max_queue_size, dataset.workers):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
