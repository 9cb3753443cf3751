"""Losses of a margin, as in support vector machines; their kinks have Keras's derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arguments import check_shapes, paired
from .elementwise import mean_of
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = [
    "CategoricalHinge", "Hinge", "SquaredHinge", "categorical_hinge", "hinge", "squared_hinge",
]


def _signs(y_true):
    """Targets as -1 and 1; where all of them are 0 or 1, these become -1 and 1."""
    is_binary = np.all((y_true == 0) | (y_true == 1))
    return 2 * y_true - 1 if is_binary else y_true


def _lacking(y_true, y_pred):
    """How much of the margin is missing, and where; a margin met to the bit counts as missing."""
    room = 1 - _signs(y_true) * y_pred
    return np.maximum(room, 0), room >= 0


def _hinge_slope(y_true, y_pred):
    _, missing = _lacking(y_true, y_pred)
    return -_signs(y_true) * missing


@mean_of(_hinge_slope)
def hinge(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``max(1 - y_true * y_pred, 0)``.

    Parameters
    ----------
    y_true : array_like
        Targets -1 or 1; if all of them are 0 or 1, 0 stands for -1.
    y_pred : array_like
        Scores of the shape of `y_true`; a last axis of length 1 may be missing in one.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.hinge([[1, -1]], np.array([[0.5, 0.5]]))
    array([1.])
    """
    return _lacking(y_true, y_pred)[0]


def _squared_hinge_slope(y_true, y_pred):
    return -2 * _signs(y_true) * _lacking(y_true, y_pred)[0]


@mean_of(_squared_hinge_slope)
def squared_hinge(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``max(1 - y_true * y_pred, 0) ** 2``.

    Parameters
    ----------
    y_true, y_pred : array_like
        As for :func:`hinge`.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.squared_hinge([[1, -1]], np.array([[0.5, 0.5]]))
    array([1.25])
    """
    return np.square(_lacking(y_true, y_pred)[0])


def _categorical_hinge_gradient(y_true, y_pred):
    y_true, y_pred = paired(y_true, y_pred)  # (batch, n_classes) both
    check_shapes(y_true, y_pred)
    others = (1 - y_true) * y_pred
    worst = others == np.max(others, axis=-1, keepdims=True)
    shared = (1 - y_true) * worst / np.sum(worst, axis=-1, keepdims=True)  # ties share alike
    missing = _shortfall(y_true, y_pred)[..., np.newaxis] >= 0
    return np.where(missing, shared - y_true, 0).astype(y_pred.dtype)


@differentiable(None, _categorical_hinge_gradient)
def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """``max(neg - pos + 1, 0)``, pos the score of the class, neg the best of the other scores.

    ``pos = sum(y_true * y_pred)`` and ``neg = max((1 - y_true) * y_pred)`` over the last axis; the
    class itself takes part in the maximum with a score of 0, as in Keras.

    Parameters
    ----------
    y_true : array_like
        One-hot rows.
    y_pred : array_like
        Scores of the same shape.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.categorical_hinge([[0, 1, 0]], np.array([[0.5, 1.0, 0.25]]))
    array([0.5])
    """
    return np.maximum(_shortfall(*paired(y_true, y_pred)), 0)


def _shortfall(y_true, y_pred):
    positive = np.sum(y_true * y_pred, axis=-1)
    negative = np.max((1 - y_true) * y_pred, axis=-1)
    return negative - positive + 1


class Hinge(NamedLoss):
    """Mean of ``max(1 - y_true * y_pred, 0)``.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.Hinge()([[1.0], [-1.0]], [[0.5], [0.5]])
    np.float32(1.0)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "hinge",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(hinge, reduction=reduction, name=name, dtype=dtype)


class SquaredHinge(NamedLoss):
    """Mean of ``max(1 - y_true * y_pred, 0) ** 2``.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.5]])
    np.float32(1.25)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "squared_hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(squared_hinge, reduction=reduction, name=name, dtype=dtype)


class CategoricalHinge(NamedLoss):
    """Hinge loss of one class in many: its score should be 1 above the best of the others.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.CategoricalHinge()([[0.0, 1.0]], [[0.5, 1.0]])
    np.float32(0.5)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "categorical_hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(categorical_hinge, reduction=reduction, name=name, dtype=dtype)
