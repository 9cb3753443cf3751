"""How often predictions are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils.arrays import as_float, same_rank

from .reduction import NamedMetric, compiled

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
]


def _accuracy(y_true, y_pred):
    return _hits(*same_rank(y_true, y_pred))


@compiled("binary_accuracy")
def binary_accuracy(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> Array:
    """1 where ``y_pred > threshold`` agrees with `y_true`, else 0.

    Parameters
    ----------
    y_true : array_like
        Targets, 0 or 1.
    y_pred : array_like
        Predictions of the same shape; a last axis of length 1 may be missing in one of them.
    threshold : float, default 0.5

    Returns
    -------
    ndarray of :func:`fastdense.config.floatx`
        Of the shape of `y_pred`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.binary_accuracy([1, 1, 0], [0.7, 0.2, 0.4])
    array([1., 0., 1.], dtype=float32)
    """
    y_true, y_pred = same_rank(y_true, y_pred)
    return _hits(y_true, y_pred > threshold)


@compiled("categorical_accuracy")
def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """1 where the largest prediction is at the largest target, else 0.

    Parameters
    ----------
    y_true : array_like
        One-hot rows, shape (..., n_classes).
    y_pred : array_like
        Probabilities or logits of the same shape.

    Returns
    -------
    ndarray of :func:`fastdense.config.floatx`
        Shape ``y_pred.shape[:-1]``.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])
    array([1., 0.], dtype=float32)
    """
    return _hits(np.argmax(y_true, axis=-1), np.argmax(y_pred, axis=-1))


@compiled("sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """1 where the largest prediction is at the label, else 0.

    Parameters
    ----------
    y_true : array_like
        Labels, of shape ``y_pred.shape[:-1]`` or with a last axis of length 1 more.
    y_pred : array_like
        Probabilities or logits, shape (..., n_classes).

    Returns
    -------
    ndarray of :func:`fastdense.config.floatx`
        Shape ``y_pred.shape[:-1]``.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.3, 0.7]])
    array([1., 0.], dtype=float32)
    """
    y_pred = as_float(y_pred)
    return _hits(squeezed_labels(y_true, y_pred), np.argmax(y_pred, axis=-1))


class Accuracy(NamedMetric):
    """How often predictions equal targets exactly.

    Parameters
    ----------
    name : str, default "accuracy"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.Accuracy()([1, 2, 3, 4], [0, 2, 3, 4])
    np.float32(0.75)
    """

    _direction = "up"

    def __init__(self, name: str | None = "accuracy", dtype: DTypeLike | None = None) -> None:
        super().__init__(_accuracy, name=name, dtype=dtype)


class BinaryAccuracy(NamedMetric):
    """How often ``y_pred > threshold`` agrees with the target.

    Parameters
    ----------
    name : str, default "binary_accuracy"
    dtype : {"float32", "float64"}, optional
    threshold : float, default 0.5

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]])
    np.float32(0.75)
    """

    _direction = "up"
    threshold: float

    def __init__(self, name: str | None = "binary_accuracy", dtype: DTypeLike | None = None,
                 threshold: float = 0.5) -> None:
        super().__init__(binary_accuracy, name=name, dtype=dtype, threshold=threshold)


class CategoricalAccuracy(NamedMetric):
    """How often the largest prediction is at the one of a one-hot row.

    Parameters
    ----------
    name : str, default "categorical_accuracy"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.CategoricalAccuracy()([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]])
    np.float32(0.5)
    """

    _direction = "up"

    def __init__(self, name: str | None = "categorical_accuracy",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(categorical_accuracy, name=name, dtype=dtype)


class SparseCategoricalAccuracy(NamedMetric):
    """How often the largest prediction is at the label.

    Parameters
    ----------
    name : str, default "sparse_categorical_accuracy"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SparseCategoricalAccuracy()([[2], [1]], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]])
    np.float32(0.5)
    """

    _direction = "up"

    def __init__(self, name: str | None = "sparse_categorical_accuracy",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(sparse_categorical_accuracy, name=name, dtype=dtype)


def squeezed_labels(y_true, y_pred):
    """Return labels without a last axis of length 1 that predictions have not but for classes."""
    y_true = np.asarray(y_true)
    if y_true.ndim == y_pred.ndim and y_true.shape[-1] == 1:
        return y_true[..., 0]
    return y_true


def _hits(y_true, y_pred):
    return np.equal(y_true, y_pred).astype(config.floatx())
