"""Losses of numbers by their differences: squared, absolute, and what lies between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .elementwise import mean_of
from .wrapper import NamedLoss

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from fastdense._types import Array

__all__ = [
    "Huber", "LogCosh", "MeanAbsoluteError", "MeanSquaredError", "huber", "log_cosh",
    "mean_absolute_error", "mean_squared_error",
]


@mean_of(lambda y_true, y_pred: 2 * (y_pred - y_true), "mean_squared_error")
def mean_squared_error(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``(y_true - y_pred) ** 2``.

    Parameters
    ----------
    y_true, y_pred : array_like
        Targets and predictions of shapes that can be broadcast; a last axis of length 1 may be
        missing in one.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.mean_squared_error([[0.0, 0.0]], np.array([[1.0, 2.0]]))
    array([2.5])
    """
    return np.square(y_true - y_pred)


@mean_of(lambda y_true, y_pred: np.sign(y_pred - y_true), "mean_absolute_error")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``abs(y_true - y_pred)``; its gradient is 0 where they are equal.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`mean_squared_error`.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.mean_absolute_error([[0.0, 0.0]], np.array([[1.0, -2.0]]))
    array([1.5])
    """
    return np.abs(y_true - y_pred)


def _huber_slope(y_true, y_pred, delta=1.0):
    return np.clip(y_pred - y_true, -delta, delta)


@mean_of(_huber_slope, "huber")
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Array:
    """Mean over the last axis of a loss that is quadratic near zero and linear far from it.

    With the error ``e = y_pred - y_true``: ``e ** 2 / 2`` where ``abs(e) <= delta``, else
    ``delta * abs(e) - delta ** 2 / 2`` (Huber, Ann. Math. Statist. 35, 1964).

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`mean_squared_error`.
    delta : float, default 1.0
        Where the loss becomes linear, in the unit of the targets.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.huber([[0.0, 0.0]], np.array([[0.5, 3.0]]))
    array([1.3125])
    """
    error = np.abs(y_pred - y_true)
    return np.where(error <= delta, np.square(error) / 2, delta * error - delta**2 / 2)


@mean_of(lambda y_true, y_pred: np.tanh(y_pred - y_true), "log_cosh")
def log_cosh(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``log(cosh(y_pred - y_true))``, exact for any difference.

    Near zero it is half the square of the difference, far from it the difference less ``log 2``.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`mean_squared_error`.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.log_cosh([[0.0]], np.array([[1000.0]])).round(3)
    array([999.307])
    """
    error = np.abs(y_pred - y_true)
    return error + np.log1p(np.square(np.exp(-error))) - np.log(2).astype(error.dtype)


class MeanSquaredError(NamedLoss):
    """Mean of the squared differences between targets and predictions.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])
    np.float32(0.5)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "mean_squared_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_squared_error, reduction=reduction, name=name, dtype=dtype)


class MeanAbsoluteError(NamedLoss):
    """Mean of the absolute differences between targets and predictions.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.MeanAbsoluteError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])
    np.float32(0.5)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "mean_absolute_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_absolute_error, reduction=reduction, name=name, dtype=dtype)


class Huber(NamedLoss):
    """Mean of a loss that is quadratic for small differences and linear for large ones.

    Parameters
    ----------
    delta : float, default 1.0
        As for :func:`huber`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.Huber(delta=2.0)([[0.0, 0.0]], [[1.0, 4.0]])
    np.float32(3.25)
    """

    delta: float

    def __init__(self, delta: float = 1.0, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "huber_loss", dtype: DTypeLike | None = None) -> None:
        super().__init__(huber, reduction=reduction, name=name, dtype=dtype, delta=delta)


class LogCosh(NamedLoss):
    """Mean of ``log(cosh(y_pred - y_true))``.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.LogCosh()([[0.0]], [[1.0]])
    np.float32(0.4337808)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "log_cosh",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(log_cosh, reduction=reduction, name=name, dtype=dtype)
