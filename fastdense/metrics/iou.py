"""Intersection over union of classes, summed up in a confusion matrix."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense import config

from .base import Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Config, Scalar

__all__ = ["BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]


class IoU(Metric):
    """Mean over some classes of ``true positives / (true + false positives + false negatives)``.

    Parameters
    ----------
    num_classes : int
    target_class_ids : sequence of int
        The classes whose mean it is; one that never occurs does not count.
    name : str, optional
    dtype : str, default "int"
        Of the confusion matrix and the sample weights, which "int" truncates.
    ignore_class : int, optional
        Targets of this class do not count.
    sparse_y_true, sparse_y_pred : bool, default True
        Whether they are class numbers; else the largest of a row is the class.
    axis : int, default -1
        The axis of the classes, where they are not class numbers.

    Raises
    ------
    ValueError
        If a class is out of range.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1]).round(4)
    np.float32(0.3333)
    """

    _direction = "up"

    def __init__(self, num_classes: int, target_class_ids: Sequence[int], name: str | None = None,
                 dtype: DTypeLike | None = None, ignore_class: int | None = None,
                 sparse_y_true: bool = True, sparse_y_pred: bool = True, axis: int = -1) -> None:
        super().__init__(name=name, dtype=dtype or "int64")
        self.target_class_ids = list(target_class_ids)
        for number in self.target_class_ids:
            if not 0 <= number < num_classes:
                raise ValueError(f"Target class id {number} is out of range, which is "
                                 f"[0, {num_classes}).")
        self.num_classes = num_classes
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable((num_classes, num_classes), "zeros", dtype=self.dtype,
                                          name="total_confusion_matrix")

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch; classes out of range do not count."""
        classes = self.num_classes
        labels = _labels(y_true, self.sparse_y_true, self.axis)
        guesses = _labels(y_pred, self.sparse_y_pred, self.axis)
        if labels.shape != guesses.shape:
            raise ValueError(f"{type(self).__name__}: expected as many targets as predictions. "
                             f"Received: {labels.size} and {guesses.size}.")
        counts = (labels >= 0) & (labels < classes) & (guesses >= 0) & (guesses < classes)
        if self.ignore_class is not None:
            counts &= labels != self.ignore_class
        weights = self._read_weights(sample_weight, labels.shape)
        cells = labels[counts] * classes + guesses[counts]
        sums = np.bincount(cells, weights[counts], minlength=classes**2)
        self.total_cm.assign_add(sums.reshape(classes, classes).astype(self.dtype))

    def _read_weights(self, sample_weight, shape):
        if sample_weight is None:
            return np.ones(shape)
        if getattr(sample_weight, "dtype", np.dtype(int)).kind == "f" and "int" in self.dtype:
            warnings.warn(
                "You are passing weight as `float`, but dtype is `int`: the weights are truncated. "
                f"Pass integers, or {type(self).__name__}(..., dtype=\"float32\").", stacklevel=3)
        return np.broadcast_to(np.asarray(sample_weight).astype(self.dtype).reshape(-1), shape)

    def result(self) -> Scalar:
        """Return the mean of the target classes, a scalar of float32."""
        matrix = self.total_cm.value.astype(np.float64)
        both = np.diag(matrix)
        either = (matrix.sum(axis=0) + matrix.sum(axis=1) - both)[self.target_class_ids]
        both = both[self.target_class_ids]
        occurs = either > 1e-9
        shares = both[occurs] / (either[occurs] + config.epsilon())
        return np.float32(np.sum(shares) / (np.count_nonzero(occurs) + config.epsilon()))

    def get_config(self) -> Config:
        return {**super().get_config(), "num_classes": self.num_classes,
                "target_class_ids": self.target_class_ids, "ignore_class": self.ignore_class,
                "sparse_y_true": self.sparse_y_true, "sparse_y_pred": self.sparse_y_pred,
                "axis": self.axis}


class BinaryIoU(IoU):
    """:class:`IoU` of two classes, where a prediction of at least the threshold is class 1.

    Parameters
    ----------
    target_class_ids : sequence of int, default (0, 1)
    threshold : float, default 0.5
    name, dtype
        As for :class:`IoU`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]).round(4)
    np.float32(0.3333)
    """

    def __init__(self, target_class_ids: Sequence[int] = (0, 1), threshold: float = 0.5,
                 name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(2, target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets, 0 or 1, and predictions."""
        y_pred = np.asarray(y_pred, np.float32)
        super().update_state(y_true, y_pred >= np.float32(self.threshold), sample_weight)

    def get_config(self) -> Config:
        return {**Metric.get_config(self), "target_class_ids": self.target_class_ids,
                "threshold": self.threshold}


class MeanIoU(IoU):
    """:class:`IoU` of all classes.

    Parameters
    ----------
    num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        As for :class:`IoU`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1]).round(4)
    np.float32(0.3333)
    """

    def __init__(self, num_classes: int, name: str | None = None, dtype: DTypeLike | None = None,
                 ignore_class: int | None = None, sparse_y_true: bool = True,
                 sparse_y_pred: bool = True, axis: int = -1) -> None:
        super().__init__(num_classes, range(num_classes), name=name, dtype=dtype,
                         ignore_class=ignore_class, sparse_y_true=sparse_y_true,
                         sparse_y_pred=sparse_y_pred, axis=axis)

    def get_config(self) -> Config:
        return _without(super().get_config(), "target_class_ids")


class OneHotIoU(IoU):
    """:class:`IoU` with one-hot targets.

    Parameters
    ----------
    num_classes, target_class_ids, name, dtype, ignore_class, sparse_y_pred, axis
        As for :class:`IoU`; by default predictions are rows of scores.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metric = metrics.OneHotIoU(num_classes=2, target_class_ids=[1])
    >>> metric([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]).round(4)
    np.float32(0.5)
    """

    def __init__(self, num_classes: int, target_class_ids: Sequence[int], name: str | None = None,
                 dtype: DTypeLike | None = None, ignore_class: int | None = None,
                 sparse_y_pred: bool = False, axis: int = -1) -> None:
        super().__init__(num_classes, target_class_ids, name=name, dtype=dtype,
                         ignore_class=ignore_class, sparse_y_true=False,
                         sparse_y_pred=sparse_y_pred, axis=axis)

    def get_config(self) -> Config:
        return _without(super().get_config(), "sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """:class:`MeanIoU` with one-hot targets.

    Parameters
    ----------
    num_classes, name, dtype, ignore_class, sparse_y_pred, axis
        As for :class:`IoU`; by default predictions are rows of scores.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.OneHotMeanIoU(num_classes=2)([[0, 1], [1, 0]], [[0.2, 0.8], [0.6, 0.4]]).round(4)
    np.float32(1.0)
    """

    def __init__(self, num_classes: int, name: str | None = None, dtype: DTypeLike | None = None,
                 ignore_class: int | None = None, sparse_y_pred: bool = False,
                 axis: int = -1) -> None:
        super().__init__(num_classes, name=name, dtype=dtype, ignore_class=ignore_class,
                         sparse_y_true=False, sparse_y_pred=sparse_y_pred, axis=axis)

    def get_config(self) -> Config:
        return _without(super().get_config(), "sparse_y_true")


def _labels(y, is_sparse, axis):
    """Return class numbers, flat, of int64."""
    y = np.asarray(y)
    return (y if is_sparse else np.argmax(y, axis=axis)).astype(np.int64).reshape(-1)


def _without(config, name):
    return {key: value for key, value in config.items() if key != name}
