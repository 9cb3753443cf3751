"""The callback that stops training when it does not get better any more."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from fastdense.utils.progbar import print_msg

from .monitor_callback import MonitorCallback

if TYPE_CHECKING:
    from fastdense._types import Logs

__all__ = ["EarlyStopping"]


class EarlyStopping(MonitorCallback):
    """Stops training when a number of the logs has not improved for some epochs.

    Parameters
    ----------
    monitor : str, default "val_loss"
        What to watch, by its name in the logs.
    min_delta : float, default 0
        Least change that counts as an improvement.
    patience : int, default 0
        Epochs without improvement to wait for before stopping.
    verbose : {0, 1}, default 0
        1 tells about the stop, and about the epoch whose weights are restored.
    mode : {"auto", "min", "max"}, default "auto"
        Whether less or more is better; see :class:`MonitorCallback`.
    baseline : float, optional
        Improvements that do not get past it do not end the waiting.
    restore_best_weights : bool, default False
        Go back to the weights of the best epoch when training ends, stopped or not.
    start_from_epoch : int, default 0
        Epochs before this one, counted from 0, are not watched.

    Attributes
    ----------
    best : float or None
        Best value so far, reached in epoch `best_epoch`, counted from 0.
    wait : int
        Epochs since the last improvement.
    stopped_epoch : int
        Epoch it stopped in, or 0.

    Notes
    -----
    Without the number in the logs it warns and goes on. A value after a NaN counts as better.
    Source: keras.callbacks.EarlyStopping.

    Examples
    --------
    >>> import numpy as np
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.SGD(learning_rate=0.0), loss="mse")
    >>> stop = keras.callbacks.EarlyStopping(monitor="loss", patience=3)
    >>> history = model.fit(np.ones((8, 2)), np.ones(8), epochs=10, callbacks=[stop], verbose=0)
    >>> len(history.epoch)
    4
    """

    def __init__(self, monitor: str = "val_loss", min_delta: float = 0, patience: int = 0,
                 verbose: int = 0, mode: str = "auto", baseline: float | None = None,
                 restore_best_weights: bool = False, start_from_epoch: int = 0) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def _reset(self):
        self.best = None
        self.best_epoch = 0
        self.best_weights = None
        self.wait = 0
        self.stopped_epoch = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._reset()  # for a second fit

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.monitor_op is None:
            self._set_monitor_op()
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose:
            print_msg(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                print_msg("Restoring model weights from the end of the best epoch: "
                          f"{self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """Return the watched number; without it, warn and return None."""
        logs = logs or {}
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}", stacklevel=2)
        return value
