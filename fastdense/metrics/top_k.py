"""How often the target is among the k largest predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils.arrays import as_float

from .accuracy import squeezed_labels
from .reduction import NamedMetric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config

__all__ = [
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def top_k_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5) -> Array:
    """1 where the one of a one-hot row is among the k largest predictions, else 0.

    Parameters
    ----------
    y_true : array_like
        One-hot rows, shape (..., n_classes).
    y_pred : array_like
        Probabilities or logits of the same shape.
    k : int, default 5

    Returns
    -------
    ndarray of :func:`fastdense.config.floatx`
        Shape ``y_pred.shape[:-1]``.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.top_k_categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[1, 9, 8], [5, 3, 4]], k=2)
    array([1., 0.], dtype=float32)
    """
    return sparse_top_k_categorical_accuracy(np.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5,
                                      from_sorted_ids: bool = False) -> Array:
    """1 where the label is among the k largest predictions, else 0.

    A tie with the k-th counts as a hit. A row with NaN or infinity, and a label out of range, does
    not (as ``tf.math.in_top_k``).

    Parameters
    ----------
    y_true : array_like
        Labels, of shape ``y_pred.shape[:-1]`` or with a last axis of length 1 more.
    y_pred : array_like
        Probabilities or logits, shape (..., n_classes); with `from_sorted_ids` labels, the most
        likely first.
    k : int, default 5
    from_sorted_ids : bool, default False

    Returns
    -------
    ndarray of :func:`fastdense.config.floatx`
        Shape ``y_pred.shape[:-1]``.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.sparse_top_k_categorical_accuracy([2, 1], [[1, 9, 8], [5, 3, 4]], k=2)
    array([1., 0.], dtype=float32)
    """
    y_pred = as_float(y_pred)  # (..., n_classes)
    labels = squeezed_labels(y_true, y_pred)[..., np.newaxis].astype(np.int64)  # (..., 1)
    if from_sorted_ids:
        return np.any(y_pred[..., :k] == labels, axis=-1).astype(config.floatx())
    n_classes = y_pred.shape[-1]
    known = (labels >= 0) & (labels < n_classes)  # (..., 1)
    own = np.take_along_axis(y_pred, np.where(known, labels, 0), axis=-1)  # (..., 1)
    ahead = np.count_nonzero(y_pred > own, axis=-1)
    hits = (ahead < k) & known[..., 0] & np.isfinite(y_pred).all(axis=-1)
    return hits.astype(config.floatx())


class TopKCategoricalAccuracy(NamedMetric):
    """How often the one of a one-hot row is among the k largest predictions.

    Parameters
    ----------
    k : int, default 5
    name : str, default "top_k_categorical_accuracy"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.TopKCategoricalAccuracy(k=1)([[0, 0, 1], [0, 1, 0]], [[1, 9, 8], [5, 95, 0]])
    np.float32(0.5)
    """

    _direction = "up"
    k: int

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(top_k_categorical_accuracy, name=name, dtype=dtype, k=k)


class SparseTopKCategoricalAccuracy(NamedMetric):
    """How often the label is among the k largest predictions.

    Parameters
    ----------
    k : int, default 5
    name : str, default "sparse_top_k_categorical_accuracy"
    dtype : {"float32", "float64"}, optional
    from_sorted_ids : bool, default False
        Whether predictions are labels, the most likely first.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SparseTopKCategoricalAccuracy(k=1)([2, 1], [[1, 9, 8], [5, 95, 0]])
    np.float32(0.5)
    """

    _direction = "up"
    k: int
    from_sorted_ids: bool

    def __init__(self, k: int = 5, name: str | None = "sparse_top_k_categorical_accuracy",
                 dtype: DTypeLike | None = None, from_sorted_ids: bool = False) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name=name, dtype=dtype, k=k,
                         from_sorted_ids=from_sorted_ids)

    def get_config(self) -> Config:
        config = super().get_config()
        if not self.from_sorted_ids:
            del config["from_sorted_ids"]  # as in Keras
        return config
