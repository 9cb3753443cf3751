"""The callbacks of one run, called as one."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

from .callback import Callback
from .history import History
from .progbar_logger import ProgbarLogger

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Callbacks, Logs, Model

__all__ = ["CallbackList"]


class CallbackList(Callback):
    """Calls the callbacks in order: the user's, then History, then the progress bar.

    Parameters
    ----------
    callbacks : Callback or nested list of Callback, optional
    add_history : bool, default False
        Whether to add a :class:`History` if there is none.
    add_progbar : bool, default False
        Whether to add a :class:`ProgbarLogger` if there is none.
    model : Sequential, optional
    **params
        Passed on by `set_params`: verbose, epochs, steps.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> both = callbacks.CallbackList([callbacks.Callback()], add_history=True, epochs=1)
    >>> [type(callback).__name__ for callback in both.callbacks]
    ['Callback', 'History']
    """

    def __init__(self, callbacks: Callbacks = None, add_history: bool = False,
                 add_progbar: bool = False, model: Model | None = None,
                 **params: dict[str, Any]) -> None:
        self.callbacks = _flatten(callbacks)
        if add_history and self._find(History) is None:
            self.callbacks.append(History())
        if add_progbar and self._find(ProgbarLogger) is None:
            self.callbacks.append(ProgbarLogger())
        self._put_last()
        self.set_model(model)
        self.set_params(params)

    def _put_last(self):
        """Let those come last that look at what all others have done, and tell them who."""
        last = [c for c in self.callbacks if getattr(c, "runs_last", False)]
        others = [c for c in self.callbacks if c not in last]
        self.callbacks = others + last
        for callback in last:
            callback.others = others

    def _find(self, kind):
        return next((c for c in self.callbacks if isinstance(c, kind)), None)

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Model | None) -> None:
        if model is None:
            return
        super().set_model(model)
        history = self._find(History)
        if history is not None:
            model.history = history
        for callback in self.callbacks:
            callback.set_model(model)

    # -- what the trainer asks ------------------------------------------------------------------

    @property
    def listens_to_train_batches(self) -> bool:
        """Whether some callback has to be called at every batch of `fit`."""
        return self._listens("on_train_batch_begin", "on_train_batch_end",
                             "on_batch_begin", "on_batch_end")

    @property
    def listens_to_test_batches(self) -> bool:
        """Whether some callback has to be called at every batch of an evaluation."""
        return self._listens("on_test_batch_begin", "on_test_batch_end")

    @property
    def listens_to_predict_batches(self) -> bool:
        """Whether some callback has to be called at every batch of a prediction."""
        return self._listens("on_predict_batch_begin", "on_predict_batch_end")

    def _listens(self, *hooks):
        return any(_needs(callback, hook) for callback in self.callbacks for hook in hooks)

    # -- hooks ----------------------------------------------------------------------------------

    def _call(self, hook, *args, logs):
        logs = _as_floats(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(*args, logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._call("on_train_begin", logs=logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._call("on_train_end", logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._call("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._call("on_epoch_end", epoch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_batch_begin", batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_batch_end", batch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_train_batch_begin", batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_train_batch_end", batch, logs=logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._call("on_test_begin", logs=logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._call("on_test_end", logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_test_batch_begin", batch, logs=logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_test_batch_end", batch, logs=logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._call("on_predict_begin", logs=logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._call("on_predict_end", logs=logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_predict_batch_begin", batch, logs=logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._call("on_predict_batch_end", batch, logs=logs)


def _flatten(callbacks):
    if callbacks is None:
        return []
    if isinstance(callbacks, (list, tuple)):
        return [inner for callback in callbacks for inner in _flatten(callback)]
    return [callbacks]


def _needs(callback, hook):
    """Tell whether a hook has to be called at every batch: those of users, not those of ours."""
    function = getattr(callback, hook)
    if getattr(function, "_is_default", False):  # Keras's mark on its base class
        return False
    needed_by = getattr(function, "needed_by", None)
    return needed_by is None or needed_by(callback)


def _as_floats(logs):
    """Copy logs sorted by name, numbers as Python floats, so that callbacks may keep them."""
    result = {}
    for name, value in sorted(logs.items()) if logs else ():
        if isinstance(value, dict):
            result.update(_as_floats(value))
        else:
            result[name] = float(value) if _is_number(value) else value
    return result


def _is_number(value):
    if isinstance(value, (float, numbers.Real)):  # the first is quickly told
        return True
    return getattr(value, "ndim", None) == 0  # not so the outputs of a prediction
