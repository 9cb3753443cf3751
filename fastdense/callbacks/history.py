"""What `fit` returns: the logs of every epoch."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from .callback import Callback

if TYPE_CHECKING:
    from fastdense._types import Logs

__all__ = ["History"]


class History(Callback):
    """Keeps the logs of every epoch; `fit` adds one and returns it.

    Attributes
    ----------
    history : dict of str to list of float
        One list for each of loss, metrics and ``val_`` values.
    epoch : list of int
        The epochs, counted from 0.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> history = callbacks.History()
    >>> history.on_train_begin()
    >>> history.on_epoch_end(0, {"loss": 0.5})
    >>> history.on_epoch_end(1, {"loss": 0.25})
    >>> history.epoch, history.history
    ([0, 1], {'loss': [0.5, 0.25]})
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if self.model is not None:
            self.model.history = self

    def get_state(self):
        """Return what a backup keeps."""
        return {"history": self.history, "epoch": self.epoch}

    def set_state(self, state):
        """Put back what :meth:`get_state` returned; what cannot be one is a ValueError."""
        history, epoch = state["history"], state["epoch"]
        if not (isinstance(history, dict) and all(
                isinstance(values, list) for values in (epoch, *history.values()))):
            raise ValueError("the history is not a list for each name.")
        self.history, self.epoch = copy.deepcopy(history), list(epoch)
