"""The cross-entropies as metrics: their means over all batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import losses
from fastdense.utils.arrays import same_rank

from .reduction import NamedMetric

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"]


class BinaryCrossentropy(NamedMetric):
    """Mean of :func:`fastdense.losses.binary_crossentropy`.

    Parameters
    ----------
    name : str, default "binary_crossentropy"
    dtype : {"float32", "float64"}, optional
    from_logits, label_smoothing
        As for the loss.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.BinaryCrossentropy()([[0.0], [1.0]], [[0.5], [0.5]])
    np.float32(0.6931472)
    """

    from_logits: bool
    label_smoothing: float

    def __init__(self, name: str | None = "binary_crossentropy", dtype: DTypeLike | None = None,
                 from_logits: bool = False, label_smoothing: float = 0) -> None:
        super().__init__(losses.binary_crossentropy, name=name, dtype=dtype,
                         from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(NamedMetric):
    """Mean of :func:`fastdense.losses.categorical_crossentropy`.

    Parameters
    ----------
    name : str, default "categorical_crossentropy"
    dtype : {"float32", "float64"}, optional
    from_logits, label_smoothing, axis
        As for the loss.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])
    np.float32(0.6931472)
    """

    from_logits: bool
    label_smoothing: float
    axis: int

    def __init__(self, name: str | None = "categorical_crossentropy",
                 dtype: DTypeLike | None = None, from_logits: bool = False,
                 label_smoothing: float = 0, axis: int = -1) -> None:
        super().__init__(losses.categorical_crossentropy, name=name, dtype=dtype,
                         from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class SparseCategoricalCrossentropy(NamedMetric):
    """Mean of :func:`fastdense.losses.sparse_categorical_crossentropy`.

    Parameters
    ----------
    name : str, default "sparse_categorical_crossentropy"
    dtype : {"float32", "float64"}, optional
    from_logits, ignore_class, axis
        As for the loss. As in Keras, samples of `ignore_class` have the value 0, and count unless
        there are sample weights.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])
    np.float32(0.6931472)
    """

    from_logits: bool
    ignore_class: int | None
    axis: int

    def __init__(self, name: str | None = "sparse_categorical_crossentropy",
                 dtype: DTypeLike | None = None, from_logits: bool = False,
                 ignore_class: int | None = None, axis: int = -1) -> None:
        super().__init__(losses.sparse_categorical_crossentropy, name=name, dtype=dtype,
                         from_logits=from_logits, ignore_class=ignore_class, axis=axis)

    def _masked(self, y_true, sample_weight):
        if self.ignore_class is None:
            return sample_weight
        weights, counts = same_rank(sample_weight, np.not_equal(y_true, self.ignore_class))
        return weights * counts
