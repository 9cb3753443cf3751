"""The callback that comes with tqdm, which wants Keras installed, without Keras."""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING

from .callback import Callback

if TYPE_CHECKING:
    from typing import Any

__all__ = ["TqdmCallback"]


def TqdmCallback(*args: Any, **kwargs: Any) -> Callback:
    """Return a ``tqdm.keras.TqdmCallback``, the progress bars of tqdm, without importing Keras.

    With Keras installed, ``from tqdm.keras import TqdmCallback`` works unchanged, too.

    Parameters
    ----------
    epochs, data_size, batch_size, verbose, tqdm_class, **tqdm_kwargs
        As for ``tqdm.keras.TqdmCallback``: `verbose` 0 shows the epochs, 1 (the default) also the
        batches of the epoch, 2 keeps the bar of every epoch.

    Returns
    -------
    Callback
        Pass it to `fit` with ``verbose=0``.

    Raises
    ------
    ImportError
        If tqdm is not installed.

    Examples
    --------
    >>> import io
    >>> from fastdense import callbacks
    >>> bars = callbacks.TqdmCallback(verbose=0, file=io.StringIO())
    >>> isinstance(bars, callbacks.Callback)
    True
    """
    return _tqdm_keras().TqdmCallback(*args, **kwargs)


@functools.cache
def _tqdm_keras():
    """Return a copy of the module ``tqdm.keras`` of our own, whose base class is ours."""
    import importlib.util

    try:
        spec = importlib.util.find_spec("tqdm.keras")
    except ImportError:
        spec = None
    if spec is None:
        raise ImportError("TqdmCallback needs tqdm, which is not installed. "
                          "Install it with: pip install tqdm")
    module = importlib.util.module_from_spec(spec)
    keras = types.SimpleNamespace(callbacks=types.SimpleNamespace(Callback=Callback))
    real = sys.modules.get("keras")
    sys.modules["keras"] = keras  # for the one import statement of the module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules["keras"]
        if real is not None:
            sys.modules["keras"] = real
    return module
