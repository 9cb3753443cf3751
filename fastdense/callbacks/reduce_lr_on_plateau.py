"""The callback that lowers the learning rate when training does not get better any more."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense.utils.progbar import print_msg

from .monitor_callback import MonitorCallback

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Logs

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by a factor when a number of the logs has stopped improving.

    The learning rate of every epoch is logged as "learning_rate".

    Parameters
    ----------
    monitor : str, default "val_loss"
        What to watch, by its name in the logs.
    factor : float, default 0.1
        Below 1.
    patience : int, default 10
        Epochs without improvement to wait for before each reduction.
    verbose : {0, 1}, default 0
        1 tells about every reduction.
    mode : {"auto", "min", "max"}, default "auto"
        Whether less or more is better; see :class:`MonitorCallback`.
    min_delta : float, default 1e-4
        Least change that counts as an improvement.
    cooldown : int, default 0
        Epochs after a reduction in which nothing is counted.
    min_lr : float, default 0.0
        The learning rate is not reduced below it.
    **kwargs
        Ignored, with a warning.

    Raises
    ------
    ValueError
        If `factor` is not below 1.
    TypeError
        In `fit`, at the first reduction, if the optimizer has a LearningRateSchedule of its own.

    Notes
    -----
    Source: keras.callbacks.ReduceLROnPlateau.

    Examples
    --------
    >>> import numpy as np
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(learning_rate=0.5), loss="mse")
    >>> reduce = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1)
    >>> history = model.fit(np.zeros((8, 2)), np.zeros(8), epochs=4, callbacks=[reduce], verbose=0)
    >>> history.history["learning_rate"]
    [0.5, 0.5, 0.25, 0.125]
    """

    def __init__(self, monitor: str = "val_loss", factor: float = 0.1, patience: int = 10,
                 verbose: int = 0, mode: str = "auto", min_delta: float = 1e-4, cooldown: int = 0,
                 min_lr: float = 0.0, **kwargs: Any) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if factor >= 1.0:
            raise ValueError("ReduceLROnPlateau does not support a factor >= 1.0. Received "
                             f"factor={factor}")
        if kwargs:
            warnings.warn(f"ReduceLROnPlateau: ignoring unknown arguments {sorted(kwargs)}.",
                          stacklevel=2)
        self.factor = factor
        self.min_lr = min_lr
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self._reset()

    def _reset(self):
        self.best = None
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._reset()  # for a second fit

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.monitor_op is None:
            self._set_monitor_op()
        logs = {} if logs is None else logs
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not "
                f"available. Available metrics are: {','.join(logs)}.", stacklevel=2)
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def _reduce(self, epoch):
        """Reduce the learning rate unless it is as low as it may be; tell whether it was."""
        optimizer = self.model.optimizer
        old = float(optimizer.learning_rate)
        if old <= np.float32(self.min_lr):
            return False
        new = max(old * self.factor, self.min_lr)
        optimizer.learning_rate = new
        if self.verbose:
            print_msg(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
        return True

    def in_cooldown(self) -> bool:
        """Tell whether a reduction is too recent to count."""
        return self.cooldown_counter > 0
