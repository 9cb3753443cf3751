"""Losses of one class in many: the categorical cross-entropy, with one-hot targets or labels.

Given probabilities they follow Keras on TensorFlow: values are clipped to [epsilon, 1 - epsilon]
and rows divided by their sum, so a probability that is clipped has no gradient. ``from_logits``
is exact at any value.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense import ops
from fastdense.utils.arrays import as_float

from .arguments import check_axis, check_last_axis, check_shapes, clip_probabilities, smooth
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config

__all__ = [
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


def _categorical_crossentropy_gradient(y_true, y_pred, from_logits=False, label_smoothing=0.0,
                                       axis=-1):
    y_true, p = _smoothed(y_true, y_pred, label_smoothing, axis)  # (batch, n_classes) both
    if from_logits:
        return ops.softmax(p, axis) - y_true  # for rows that sum to 1, as in Keras on TensorFlow
    mass = np.sum(p, axis, keepdims=True)
    share = p / mass
    clipped, inside = clip_probabilities(share)
    pull = inside * y_true / clipped  # minus the derivative by the share
    return (np.sum(pull * share, axis, keepdims=True) - pull) / mass


@differentiable("categorical_crossentropy", _categorical_crossentropy_gradient)
def categorical_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False,
                             label_smoothing: float = 0.0, axis: int = -1) -> Array:
    """Sum over `axis` of ``-y log(p / sum p)``.

    Parameters
    ----------
    y_true : array_like
        One-hot rows or other distributions, of the shape of `y_pred`.
    y_pred : array_like
        A row of probabilities a sample, or of logits.
    from_logits : bool, default False
        Whether `y_pred` are logits, before the softmax.
    label_smoothing : float, default 0.0
        Targets become ``y (1 - s) + s / n_classes``.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype.

    Raises
    ------
    ValueError
        If the shapes differ, or `axis` is no int.

    Warns
    -----
    SyntaxWarning
        If there is one class only.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.categorical_crossentropy([[0, 1, 0]], np.array([[0.1, 0.8, 0.1]])).round(4)
    array([0.2231])
    """
    check_axis(axis)
    y_true, y_pred = _smoothed(y_true, y_pred, label_smoothing, axis)
    warn_of_one_class("categorical_crossentropy", y_pred)
    y_true, y_pred = np.moveaxis(y_true, axis, -1), np.moveaxis(y_pred, axis, -1)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits)


def _sparse_categorical_crossentropy_gradient(y_true, y_pred, from_logits=False,
                                              ignore_class=None, axis=-1):
    labels, p, valid = _labels(y_true, y_pred, ignore_class)
    one_hot = np.zeros_like(p)  # (batch, n_classes)
    np.put_along_axis(one_hot, labels[..., np.newaxis], 1, axis=-1)
    if from_logits:
        gradient = ops.softmax(p) - one_hot
    else:
        clipped, inside = clip_probabilities(p)
        gradient = inside * (1 / np.sum(clipped, axis=-1, keepdims=True) - one_hot / clipped)
    return gradient if valid is None else np.where(valid[..., np.newaxis], gradient, 0)


@differentiable("sparse_categorical_crossentropy", _sparse_categorical_crossentropy_gradient)
def sparse_categorical_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False,
                                    ignore_class: int | None = None, axis: int = -1) -> Array:
    """``-log(p[label] / sum p)``: the categorical cross-entropy with labels as targets.

    Parameters
    ----------
    y_true : array_like
        Labels from 0 to ``n_classes - 1`` of any dtype, of shape ``y_pred.shape[:-1]``, or with a
        last axis of length 1 more.
    y_pred : array_like
        A row of probabilities a sample, or of logits.
    from_logits : bool, default False
        Whether `y_pred` are logits, before the softmax.
    ignore_class : int, optional
        Samples of this label have loss 0 and do not count in a mean; it may lie outside of
        ``0..n_classes - 1``.
    axis : int, default -1
        Only the last axis is supported.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is out of range, or `axis` is not the last.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.sparse_categorical_crossentropy([1], np.array([[0.1, 0.8, 0.1]])).round(4)
    array([0.2231])
    """
    check_last_axis(axis, np.ndim(y_pred))
    labels, y_pred, valid = _labels(y_true, y_pred, ignore_class)
    values = ops.sparse_categorical_crossentropy(labels, y_pred, from_logits=from_logits)
    return values if valid is None else np.where(valid, values, 0).astype(y_pred.dtype)


class CategoricalCrossentropy(NamedLoss):
    """Cross-entropy of one class in many, with one-hot targets.

    Parameters
    ----------
    from_logits, label_smoothing, axis
        As for :func:`categorical_crossentropy`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.CategoricalCrossentropy(from_logits=True)([[1.0, 0.0]], [[3.0, 3.0]])
    np.float32(0.6931472)
    """

    from_logits: bool
    label_smoothing: float
    axis: int

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1,
                 reduction: str | None = "sum_over_batch_size",
                 name: str | None = "categorical_crossentropy",
                 dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(categorical_crossentropy, reduction=reduction, name=name, dtype=dtype,
                         from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class SparseCategoricalCrossentropy(NamedLoss):
    """Cross-entropy of one class in many, with labels as targets.

    Parameters
    ----------
    from_logits, ignore_class, axis
        As for :func:`sparse_categorical_crossentropy`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.SparseCategoricalCrossentropy()([1, 0], [[0.5, 0.5], [0.5, 0.5]])
    np.float32(0.6931472)
    """

    from_logits: bool
    ignore_class: int | None
    axis: int

    def __init__(self, from_logits: bool = False, ignore_class: int | None = None,
                 reduction: str | None = "sum_over_batch_size", axis: int = -1,
                 name: str | None = "sparse_categorical_crossentropy",
                 dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(sparse_categorical_crossentropy, reduction=reduction, name=name,
                         dtype=dtype, from_logits=from_logits, ignore_class=ignore_class,
                         axis=axis)

    def mask(self, y_true: Array) -> Array | None:
        if self.ignore_class is None or y_true is None:
            return None
        return np.asarray(y_true) != self.ignore_class

    def get_config(self) -> Config:
        config = super().get_config()
        del config["axis"]  # as in Keras: it is always the last
        return config


def warn_of_one_class(name, y_pred):
    """Warn whoever means a yes or no that one class among one is certain."""
    if y_pred.shape[-1] == 1:
        warnings.warn(
            f"In loss {name}, expected y_pred.shape to be (batch_size, num_classes) with "
            f"num_classes > 1. Received: y_pred.shape={y_pred.shape}. Consider using "
            f"'{name.replace('categorical', 'binary')}' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=3,
        )


def _smoothed(y_true, y_pred, smoothing, axis):
    y_pred = as_float(y_pred)
    y_true = np.asarray(y_true, dtype=y_pred.dtype)
    check_shapes(y_true, y_pred)
    return smooth(y_true, smoothing, y_true.shape[axis]), y_pred


def _labels(y_true, y_pred, ignore_class):
    """Return labels (batch,) of int64, predictions, and which labels are to count, or None."""
    y_pred = as_float(y_pred)  # (batch, n_classes)
    labels = np.asarray(y_true)
    if labels.ndim == y_pred.ndim and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if labels.shape != y_pred.shape[:-1]:
        raise ValueError(
            "sparse_categorical_crossentropy: Arguments `target` and `output` must have the same "
            f"shape up until the last dimension. Received: target.shape={labels.shape}, "
            f"output.shape={y_pred.shape}. Targets are labels; one-hot rows go with "
            "categorical_crossentropy."
        )
    valid = None
    if ignore_class is not None:
        valid = labels != ignore_class
        labels = np.where(valid, labels, 0)
    labels = labels.astype(np.int64)
    n_classes = y_pred.shape[-1]
    if labels.size and (labels.min() < 0 or labels.max() >= n_classes):
        raise ValueError(
            f"sparse_categorical_crossentropy: expected labels from 0 to {n_classes - 1}, since "
            f"y_pred has shape {y_pred.shape}. Received: labels from {labels.min()} to "
            f"{labels.max()}."
        )
    return labels, y_pred, valid
