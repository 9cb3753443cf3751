"""A callback made of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .callback import Callback

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import EpochHook, RunHook

__all__ = ["LambdaCallback"]


class LambdaCallback(Callback):
    """Calls the functions it is given at the hooks they are given for.

    Parameters
    ----------
    on_epoch_begin, on_epoch_end : callable, optional
        ``f(epoch, logs)``.
    on_train_begin, on_train_end : callable, optional
        ``f(logs)``.
    on_train_batch_begin, on_train_batch_end : callable, optional
        ``f(batch, logs)``.
    **kwargs
        Any other hook, such as ``on_test_end=f``; further names become attributes.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> shout = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs))
    >>> shout.on_epoch_end(3, {"loss": 0.5})
    3 {'loss': 0.5}
    """

    def __init__(self, on_epoch_begin: EpochHook | None = None,
                 on_epoch_end: EpochHook | None = None, on_train_begin: RunHook | None = None,
                 on_train_end: RunHook | None = None, on_train_batch_begin: EpochHook | None = None,
                 on_train_batch_end: EpochHook | None = None, **kwargs: Any) -> None:
        hooks = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        self.__dict__.update(kwargs)
        self.__dict__.update((name, f) for name, f in hooks.items() if f is not None)
