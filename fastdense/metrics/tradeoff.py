"""The best of one rate where another is at least as large as wanted, over many thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .base import Metric
from .thresholds import ConfusionMetric, Counts, ratio

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from fastdense._types import Config, Scalar

__all__ = ["PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity",
           "SpecificityAtSensitivity"]


def _precision(c):
    return ratio(c.true_positives, c.true_positives + c.false_positives)


def _sensitivity(c):
    return ratio(c.true_positives, c.true_positives + c.false_negatives)


def _specificity(c):
    return ratio(c.true_negatives, c.true_negatives + c.false_positives)


class _Tradeoff(ConfusionMetric):
    """What the four share; a subclass names the argument, the rate it bounds and the one it wants.

    Parameters
    ----------
    least : float from 0 to 1
        The bound, kept as the attribute `_bound` of the subclass, as in Keras.
    num_thresholds : int, default 200
        Evenly spaced from 0 to 1; 1 means 0.5.
    class_id, name, dtype
    """

    _direction = "up"
    _bound: str
    _bounded: Any
    _wanted: Any

    def __init__(self, least: float, num_thresholds: int, class_id: int | None, name: str | None,
                 dtype: DTypeLike | None) -> None:
        if not 0 <= least <= 1:
            raise ValueError(f"Argument `{self._bound}` must be in the range [0, 1]. Received: "
                             f"{self._bound}={least}")
        if num_thresholds <= 0:
            raise ValueError("Argument `num_thresholds` must be an integer > 0. Received: "
                             f"num_thresholds={num_thresholds}")
        thresholds = np.linspace(0, 1, num_thresholds).tolist() if num_thresholds > 1 else [0.5]
        super().__init__({count: count for count in Counts._fields}, thresholds, name, dtype,
                         class_id=class_id)
        self.value = least
        setattr(self, self._bound, least)
        self.num_thresholds = num_thresholds
        self._add_counts((num_thresholds,))

    def result(self) -> Scalar:
        """Return the largest rate that was wanted, 0 if the bound is never met; of `dtype`."""
        counts = Counts(*(getattr(self, count).value for count in Counts._fields))
        rate = type(self)._bounded(counts).astype(self.dtype)
        met = rate >= rate.dtype.type(self.value)
        return np.where(met, type(self)._wanted(counts), 0).max().astype(self.dtype)

    def get_config(self) -> Config:
        return {**Metric.get_config(self), "class_id": self.class_id,
                "num_thresholds": self.num_thresholds, self._bound: self.value}


class SensitivityAtSpecificity(_Tradeoff):
    """Largest share of the positives found with at least this share of the negatives found.

    Parameters
    ----------
    specificity : float from 0 to 1
        The least share of true negatives among all negatives.
    num_thresholds : int, default 200
        Number of evenly spaced thresholds that are tried.
    class_id : int, optional
        Only this class, an index of the last axis, counts.
    name, dtype
        As for :class:`Metric`.

    Raises
    ------
    ValueError
        If `specificity` is not from 0 to 1, or there is no threshold.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
    np.float32(0.5)
    """

    _bound, _bounded, _wanted = "specificity", _specificity, _sensitivity

    def __init__(self, specificity: float, num_thresholds: int = 200, class_id: int | None = None,
                 name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_Tradeoff):
    """Largest share of the negatives found with at least this share of the positives found.

    Parameters
    ----------
    sensitivity : float from 0 to 1
        The least share of true positives among all positives.
    num_thresholds, class_id, name, dtype
        As for :class:`SensitivityAtSpecificity`.

    Raises
    ------
    ValueError
        If `sensitivity` is not from 0 to 1, or there is no threshold.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]).round(4)
    np.float32(0.6667)
    """

    _bound, _bounded, _wanted = "sensitivity", _sensitivity, _specificity

    def __init__(self, sensitivity: float, num_thresholds: int = 200, class_id: int | None = None,
                 name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_Tradeoff):
    """Largest precision with at least this recall.

    Parameters
    ----------
    recall : float from 0 to 1
    num_thresholds, class_id, name, dtype
        As for :class:`SensitivityAtSpecificity`.

    Raises
    ------
    ValueError
        If `recall` is not from 0 to 1, or there is no threshold.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
    np.float32(0.5)
    """

    _bound, _bounded, _wanted = "recall", _sensitivity, _precision

    def __init__(self, recall: float, num_thresholds: int = 200, class_id: int | None = None,
                 name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_Tradeoff):
    """Largest recall with at least this precision.

    Parameters
    ----------
    precision : float from 0 to 1
    num_thresholds, class_id, name, dtype
        As for :class:`SensitivityAtSpecificity`.

    Raises
    ------
    ValueError
        If `precision` is not from 0 to 1, or there is no threshold.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    np.float32(0.5)
    """

    _bound, _bounded, _wanted = "precision", _precision, _sensitivity

    def __init__(self, precision: float, num_thresholds: int = 200, class_id: int | None = None,
                 name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
