"""The callback that stops training when the loss is not a number any more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fastdense.utils.progbar import print_msg

from .callback import Callback

if TYPE_CHECKING:
    from fastdense._types import Logs

__all__ = ["TerminateOnNaN"]


class TerminateOnNaN(Callback):
    """Stops training at the first batch whose loss is NaN or infinite in the model's dtype.

    It looks at every batch, so the engine runs one batch a call.

    Parameters
    ----------
    raise_error : bool, default False
        Raise instead of stopping: `on_train_end` of no callback is called then.

    Raises
    ------
    RuntimeError
        In `fit`, with `raise_error`.

    Notes
    -----
    Source: keras.callbacks.TerminateOnNaN.

    Examples
    --------
    >>> import numpy as np
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    >>> model.compile("sgd", loss="mse")
    >>> stop = keras.callbacks.TerminateOnNaN()
    >>> x = np.full((8, 2), 1e30)
    >>> history = model.fit(x, np.ones(8), epochs=3, callbacks=[stop], verbose=0)
    Batch 0: Invalid loss, terminating training
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. "
                               "Terminating training immediately.")
        print_msg(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
