"""How many predictions are true or false, positive or negative, at one threshold or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Metric
from .thresholds import ConfusionMetric, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike

    from fastdense._types import Array, Config, Scalar

__all__ = ["FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives"]


class _Count(ConfusionMetric):
    """What the four share: one of the counts, summed up in `accumulator`."""

    def __init__(self, count: str, thresholds: float | Sequence[float] | None, name: str | None,
                 dtype: DTypeLike | None) -> None:
        super().__init__({"accumulator": count}, checked(thresholds, 0.5), name, dtype)
        self.init_thresholds = thresholds
        self._add_counts((len(self.thresholds),))

    def result(self) -> Scalar | Array:
        """Return the count: a scalar, or an array for several thresholds."""
        return self._result(self.accumulator)

    def get_config(self) -> Config:
        return {**Metric.get_config(self), "thresholds": self.init_thresholds}


class FalsePositives(_Count):
    """Number of targets 0 with a prediction above the threshold.

    Parameters
    ----------
    thresholds : float or list of float from 0 to 1, default 0.5
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.FalsePositives()([0, 1, 0, 0], [0.1, 0.2, 0.8, 0.9])
    np.float32(2.0)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("false_positives", thresholds, name, dtype)


class FalseNegatives(_Count):
    """Number of targets 1 with a prediction not above the threshold.

    Parameters
    ----------
    thresholds : float or list of float from 0 to 1, default 0.5
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.FalseNegatives()([0, 1, 1, 1], [0.1, 0.2, 0.8, 0.5])
    np.float32(2.0)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("false_negatives", thresholds, name, dtype)


class TrueNegatives(_Count):
    """Number of targets 0 with a prediction not above the threshold.

    Parameters
    ----------
    thresholds : float or list of float from 0 to 1, default 0.5
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.TrueNegatives()([0, 1, 0, 0], [0.1, 0.2, 0.8, 0.5])
    np.float32(2.0)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("true_negatives", thresholds, name, dtype)


class TruePositives(_Count):
    """Number of targets 1 with a prediction above the threshold.

    Parameters
    ----------
    thresholds : float or list of float from 0 to 1, default 0.5
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.TruePositives(thresholds=[0.1, 0.85])([0, 1, 1, 1], [0.1, 0.2, 0.8, 0.9])
    array([3., 1.], dtype=float32)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("true_positives", thresholds, name, dtype)
