"""Data sets that make their batches one by one, such as from files too large for memory."""

from __future__ import annotations

import itertools
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["PyDataset"]


class PyDataset:
    """Base class of a data set: a subclass says how many batches there are and makes each.

    A subclass defines ``__getitem__(index)``, which returns one batch, ``(x, y)`` or ``(x, y,
    sample_weight)`` (for `predict` also x alone), and ``__len__()``, the number of batches, or a
    property `num_batches`, where None means that there is no end. It may also define
    `on_epoch_begin` and `on_epoch_end`.

    Parameters
    ----------
    workers : int, default 1
        Number of threads that make batches ahead of time; 0 and 1 mean none but the caller's.
        The batches come in order all the same.
    use_multiprocessing : bool, default False
        Accepted and ignored: workers are threads, and NumPy releases the lock where it works.
    max_queue_size : int, default 10
        Number of batches made ahead of time at most.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import utils
    >>> class Squares(utils.PyDataset):
    ...     def __len__(self):
    ...         return 2
    ...     def __getitem__(self, index):
    ...         x = np.arange(3.0) + 3 * index
    ...         return x[:, np.newaxis], x ** 2
    >>> [y.tolist() for x, y in Squares(workers=2)]
    [[0.0, 1.0, 4.0], [9.0, 16.0, 25.0]]
    """

    # On the class, so that a subclass that does not call super().__init__() still works.
    _workers, _use_multiprocessing, _max_queue_size = 1, False, 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False,
                 max_queue_size: int = 10) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    @property
    def workers(self) -> int:
        """Number of threads that make batches ahead of time."""
        self._warn_if_super_was_not_called()
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """As given; workers are threads in any case."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """Number of batches made ahead of time at most."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def _warn_if_super_was_not_called(self):
        if "_workers" not in vars(self):
            warnings.warn(
                f"Your `PyDataset` class should call `super().__init__(**kwargs)` in its "
                f"constructor, {type(self).__name__} does not: `workers` and `max_queue_size` "
                "have their defaults.", stacklevel=3)
            self._workers = type(self)._workers  # said once

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} must override `__getitem__(self, index)`: it returns a batch."
        )

    @property
    def num_batches(self) -> int | None:
        """Number of batches, an int, or None if there is no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(
            f"{type(self).__name__}: You need to implement the `num_batches` property, or "
            "`__len__(self)`, which returns the number of batches."
        )

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches in order, made one by one."""
        n = self.num_batches
        for index in itertools.count() if n is None else range(n):
            yield self[index]

    def on_epoch_begin(self) -> None:
        """Called when an epoch begins."""

    def on_epoch_end(self) -> None:
        """Called when an epoch ends, for instance to put the samples into another order."""
