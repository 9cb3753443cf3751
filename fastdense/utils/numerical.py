"""Labels to one-hot rows, and rows to unit length."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = ["normalize", "to_categorical"]


def to_categorical(x: ArrayLike, num_classes: int | None = None) -> Array:
    """Turn integer class labels into one-hot rows, for `categorical_crossentropy`.

    With ``sparse_categorical_crossentropy`` the labels can stay integers.

    Parameters
    ----------
    x : array_like of int
        Labels from 0 to ``num_classes - 1``, of any shape; a last axis of length 1 is dropped.
        Floats lose their fraction, as in Keras.
    num_classes : int, optional
        Length of a row. None (or 0) means the largest label plus one.

    Returns
    -------
    ndarray of float64
        Shape ``x.shape + (num_classes,)``: 1 at the label, 0 elsewhere.

    Raises
    ------
    IndexError
        If a label is negative or not below `num_classes`.
    ValueError
        If a label is NaN or infinite, or `x` is empty and `num_classes` is not given.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.utils.to_categorical([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]])
    """
    x = np.asarray(x)
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise ValueError(
            "to_categorical: expected integer labels. Received: NaN or infinity among them "
            f"(x of dtype {x.dtype}). Drop or replace those samples first."
        )
    labels = x.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    num_classes = operator.index(num_classes or 0)
    if num_classes < 0:
        raise ValueError(
            f"to_categorical: expected num_classes > 0 or None. Received: {num_classes}"
        )
    if labels.size == 0 and not num_classes:
        raise ValueError(
            "to_categorical: expected at least one label when num_classes is not given. "
            f"Received: x of shape {x.shape}. Pass num_classes."
        )
    num_classes = num_classes or max(int(labels.max()) + 1, 0)
    _check_range(labels, num_classes)
    one_hot = np.zeros((labels.size, num_classes))
    one_hot[np.arange(labels.size), labels.ravel()] = 1
    return one_hot.reshape(*labels.shape, num_classes)


def _check_range(labels, num_classes):
    outside = labels[(labels < 0) | (labels >= num_classes)]
    if outside.size:
        raise IndexError(
            f"to_categorical: index {outside[0]} is out of bounds for {num_classes} classes: "
            f"expected labels from 0 to num_classes - 1. Received: {outside.size} label(s) "
            f"outside, between {labels.min()} and {labels.max()} in all."
        )


def normalize(x: ArrayLike, axis: int = -1, order: float = 2) -> Array:
    """Divide by the norm along an axis, so that every row has norm 1; zero rows stay zero.

    Parameters
    ----------
    x : array_like of float
        Any shape. Integers become float64.
    axis : int or None, default -1
        The axis along which the norm is taken. None takes one norm of the whole array.
    order : int, float or inf, default 2
        Which norm, as in ``numpy.linalg.norm``: 1 for the sum of absolute values, 2 for the
        Euclidean norm, ``np.inf`` for the largest absolute value.

    Returns
    -------
    ndarray
        Of `x`'s shape; `x` itself is not changed.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.utils.normalize([[3.0, 4.0], [0.0, 0.0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    x = np.asarray(x)
    norm = np.linalg.norm(x, order, axis, keepdims=True)
    norm[norm == 0] = 1
    return x / norm
