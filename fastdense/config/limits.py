"""Caps on the length of a run, to try a program quickly without changing it."""

from __future__ import annotations

import numbers
import os

__all__ = ["max_epochs", "max_steps_per_epoch", "set_max_epochs", "set_max_steps_per_epoch"]


def _from_environment(name):
    text = os.environ.get(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"Expected the environment variable {name} to be an integer. "
                         f"Received: {text!r}.") from None


_limits = {"epochs": _from_environment("KERAS_MAX_EPOCHS"),
           "steps": _from_environment("KERAS_MAX_STEPS_PER_EPOCH")}


def max_epochs() -> int | None:
    """Return the most epochs that a call of ``fit`` may run, or None for no limit.

    At first the environment variable ``KERAS_MAX_EPOCHS``, as in Keras.

    Examples
    --------
    >>> from fastdense import config
    >>> config.max_epochs() is None
    True
    """
    return _limits["epochs"]


def set_max_epochs(max_epochs: int | None) -> None:
    """Set the most epochs that a call of ``fit`` may run.

    Parameters
    ----------
    max_epochs : int or None
        Positive. None takes the limit away.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_max_epochs(2)
    >>> config.max_epochs()
    2
    >>> config.set_max_epochs(None)
    """
    _limits["epochs"] = _checked("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """Return the most batches that ``fit``, ``evaluate`` and ``predict`` may go through, or None.

    At first the environment variable ``KERAS_MAX_STEPS_PER_EPOCH``, as in Keras.

    Examples
    --------
    >>> from fastdense import config
    >>> config.max_steps_per_epoch() is None
    True
    """
    return _limits["steps"]


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Set the most batches that an epoch, ``evaluate`` or ``predict`` may go through.

    Parameters
    ----------
    max_steps_per_epoch : int or None
        Positive. None takes the limit away.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_max_steps_per_epoch(10)
    >>> config.set_max_steps_per_epoch(None)
    """
    _limits["steps"] = _checked("max_steps_per_epoch", max_steps_per_epoch)


def _checked(name, value):
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"set_{name}: expected a positive integer or None. Received: {value!r}.")
    return int(value)
