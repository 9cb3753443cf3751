"""The callback that sets the learning rate of every epoch by a function."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np

from fastdense.utils.progbar import print_msg

from .callback import Callback

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastdense._types import Logs

__all__ = ["LearningRateScheduler"]


class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of every epoch, and logs it as "learning_rate".

    Parameters
    ----------
    schedule : callable
        ``schedule(epoch, learning_rate)`` or ``schedule(epoch)``, epochs counted from 0; returns
        the new learning rate, a float.
    verbose : {0, 1}, default 0
        1 tells about every change.

    Raises
    ------
    ValueError
        In `fit`, if the schedule returns anything but a float.
    TypeError
        In `fit`, if the optimizer has a LearningRateSchedule of its own.

    Notes
    -----
    Source: keras.callbacks.LearningRateScheduler.

    Examples
    --------
    >>> import numpy as np
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.SGD(learning_rate=0.5), loss="mse")
    >>> halve = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr / 2)
    >>> history = model.fit(np.ones((8, 2)), np.ones(8), epochs=3, callbacks=[halve], verbose=0)
    >>> history.history["learning_rate"]
    [0.25, 0.125, 0.0625]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        if _takes_two(self.schedule):
            value = self.schedule(epoch, float(optimizer.learning_rate))
        else:
            value = self.schedule(epoch)
        if not isinstance(value, (float, np.floating)):
            raise ValueError(
                "The output of the `schedule` function should be a float. Got: "
                f"{value!r} of type {type(value)} for epoch {epoch}. Return float(...)."
            )
        optimizer.learning_rate = value
        if self.verbose:
            print_msg(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to "
                      f"{value}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes_two(schedule):
    try:
        inspect.signature(schedule).bind(0, 0.1)
    except TypeError:
        return False
    except ValueError:  # something compiled that does not tell
        return True
    return True
