"""How many of the predicted positives are right, and how many of the positives are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Metric
from .thresholds import BELOW_ALL, ConfusionMetric, checked, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike

    from fastdense._types import Array, Config, Scalar

__all__ = ["Precision", "Recall"]


class _Share(ConfusionMetric):
    """What the two share: true positives over themselves and one other count."""

    _direction = "up"

    def __init__(self, other: str, thresholds: float | Sequence[float] | None, top_k: int | None,
                 class_id: int | None, name: str | None, dtype: DTypeLike | None) -> None:
        default = 0.5 if top_k is None else BELOW_ALL
        super().__init__({"true_positives": "true_positives", other: other},
                         checked(thresholds, default), name, dtype, top_k, class_id)
        self.init_thresholds = thresholds
        self._other = other
        self._add_counts((len(self.thresholds),))

    def result(self) -> Scalar | Array:
        """Return the share, 0 of none: a scalar, or an array for several thresholds."""
        found = self.true_positives.value
        return self._result(ratio(found, found + getattr(self, self._other).value))

    def get_config(self) -> Config:
        return {**Metric.get_config(self), "thresholds": self.init_thresholds,
                "top_k": self.top_k, "class_id": self.class_id}


class Precision(_Share):
    """True positives over all that was predicted positive; 0 before the first.

    Parameters
    ----------
    thresholds : float or list of float from 0 to 1, optional
        A prediction above it is positive. Default 0.5, or none with `top_k`.
    top_k : int, optional
        Only the k largest predictions of a row can be positive.
    class_id : int, optional
        Only this class, an index of the last axis, counts.
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.Precision()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7]).round(4)
    np.float32(0.6667)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, top_k: int | None = None,
                 class_id: int | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("false_positives", thresholds, top_k, class_id, name, dtype)


class Recall(_Share):
    """True positives over all that are positive; 0 before the first.

    Parameters
    ----------
    thresholds, top_k, class_id
        As for :class:`Precision`.
    name, dtype
        As for :class:`Metric`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.Recall()([0, 1, 1, 1, 1], [0.9, 0.2, 0.8, 0.7, 0.5])
    np.float32(0.5)
    """

    def __init__(self, thresholds: float | Sequence[float] | None = None, top_k: int | None = None,
                 class_id: int | None = None, name: str | None = None,
                 dtype: DTypeLike | None = None) -> None:
        super().__init__("false_negatives", thresholds, top_k, class_id, name, dtype)
