"""Losses of numbers by their ratios: for targets that span orders of magnitude."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config

from .elementwise import mean_of
from .wrapper import NamedLoss

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from fastdense._types import Array

__all__ = [
    "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
]


def _percent(y_true):
    """100 over the size of the target, which counts as epsilon at least."""
    return 100 / np.maximum(np.abs(y_true), config.epsilon())


@mean_of(lambda y_true, y_pred: np.sign(y_pred - y_true) * _percent(y_true))
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``100 * abs(y_true - y_pred) / max(abs(y_true), epsilon)``.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`mean_squared_error`. A target of 0 gives very large values.

    Returns
    -------
    ndarray
        In per cent; shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Notes
    -----
    epsilon is :func:`fastdense.config.epsilon`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.mean_absolute_percentage_error([[2.0, 4.0]], np.array([[3.0, 4.0]]))
    array([25.])
    """
    return np.abs(y_true - y_pred) * _percent(y_true)


def _plus_one(x):
    return np.maximum(x, config.epsilon()) + 1


def _logarithmic_slope(y_true, y_pred):
    gap = np.log(_plus_one(y_pred)) - np.log(_plus_one(y_true))
    counts = y_pred >= y_pred.dtype.type(config.epsilon())
    return 2 * gap / _plus_one(y_pred) * counts


@mean_of(_logarithmic_slope)
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``(log(y_true + 1) - log(y_pred + 1)) ** 2``.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`mean_squared_error`. Numbers below epsilon count as epsilon; there the
        gradient is 0.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Notes
    -----
    epsilon is :func:`fastdense.config.epsilon`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.mean_squared_logarithmic_error([[0.0]], np.array([[np.e - 1]])).round(4)
    array([1.])
    """
    return np.square(np.log(_plus_one(y_true)) - np.log(_plus_one(y_pred)))


class MeanAbsolutePercentageError(NamedLoss):
    """Mean of the absolute differences, in per cent of the targets.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.MeanAbsolutePercentageError()([[2.0], [4.0]], [[3.0], [4.0]])
    np.float32(25.0)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "mean_absolute_percentage_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_absolute_percentage_error, reduction=reduction, name=name,
                         dtype=dtype)


class MeanSquaredLogarithmicError(NamedLoss):
    """Mean of the squared differences of ``log(1 + y)``.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.MeanSquaredLogarithmicError()([[0.0, 1.0]], [[1.0, 1.0]])
    np.float32(0.24022643)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "mean_squared_logarithmic_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction=reduction, name=name,
                         dtype=dtype)
