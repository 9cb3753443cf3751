"""The area under a curve that thresholds draw: ROC, precision-recall, or its gain form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config, ops

from .base import Metric
from .thresholds import ConfusionMetric, Counts, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Config, Scalar, Shape

__all__ = ["AUC"]

_CURVES = ("PR", "ROC", "PRGAIN")
_SUMMATIONS: dict[str, Any] = {
    "interpolation": lambda a, b: (a + b) / 2, "majoring": np.maximum, "minoring": np.minimum}


class AUC(ConfusionMetric):
    """Area under the curve of two rates over many thresholds.

    Parameters
    ----------
    num_thresholds : int, default 200
        Evenly spaced from just below 0 to just above 1; more are more exact.
    curve : {"ROC", "PR", "PRGAIN"}, default "ROC"
        True against false positive rate; precision against recall; precision gain against recall
        gain (Flach and Kull, NeurIPS 2015).
    summation_method : {"interpolation", "minoring", "majoring"}, default "interpolation"
        Trapezes, or rectangles below or above; for "PR" interpolation is of the true positives,
        not of the precision (Davis and Goadrich, ICML 2006).
    name, dtype
        As for :class:`Metric`.
    thresholds : list of float from 0 to 1, optional
        Instead of evenly spaced ones; the ends are added.
    multi_label : bool, default False
        Whether each column is a label with its own curve; the areas are averaged. Else all
        predictions are of one curve.
    num_labels : int, optional
        Number of columns with `multi_label`, if it is to be known before the first batch.
    label_weights : list of float, optional
        Weight of each column: in the mean of the areas with `multi_label`, else of its samples.
    from_logits : bool, default False
        Whether predictions still need a sigmoid.

    Raises
    ------
    ValueError
        If a name is unknown, there are fewer than two thresholds, or `num_labels` comes without
        `multi_label`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    np.float32(0.75)
    """

    _direction = "up"

    def __init__(self, num_thresholds: int = 200, curve: str = "ROC",
                 summation_method: str = "interpolation", name: str | None = None,
                 dtype: DTypeLike | None = None, thresholds: Sequence[float] | None = None,
                 multi_label: bool = False, num_labels: int | None = None,
                 label_weights: ArrayLike | None = None, from_logits: bool = False) -> None:
        self.curve: Any = _chosen("curve", curve, _CURVES, str.upper)
        self.summation_method = _chosen("summation method", summation_method, _SUMMATIONS,
                                        str.lower)
        if thresholds is None and num_thresholds <= 1:
            raise ValueError("Argument `num_thresholds` must be an integer > 1. Received: "
                             f"num_thresholds={num_thresholds}")
        if num_labels and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        self._init_from_thresholds = thresholds is not None
        if thresholds is None:
            thresholds = np.linspace(0, 1, num_thresholds)[1:-1]
        thresholds = [-config.epsilon(), *sorted(thresholds), 1 + config.epsilon()]
        super().__init__({count: count for count in Counts._fields}, thresholds, name, dtype)
        self.num_thresholds = len(self.thresholds)
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = None if label_weights is None else np.asarray(label_weights,
                                                                           np.float64)
        self._from_logits = from_logits
        if not multi_label:
            self._add_counts((self.num_thresholds,))
        elif num_labels:
            self._add_counts((self.num_thresholds, num_labels))

    def build_for(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables with `multi_label`: a number for each label at each threshold."""
        if not self.multi_label:
            return
        if len(y_pred_shape) != 2:
            raise ValueError("`y_pred` must have rank 2 when `multi_label=True`. Found rank "
                             f"{len(y_pred_shape)}. Full shape received for `y_pred`: "
                             f"{y_pred_shape}")
        if not hasattr(self, "true_positives"):
            self._add_counts((self.num_thresholds, y_pred_shape[1]))
        if self.true_positives.shape[1] != y_pred_shape[1]:
            raise ValueError(f"AUC: expected y_pred with {self.true_positives.shape[1]} labels, as "
                             f"before. Received: y_pred of shape {y_pred_shape}.")

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets, 0 or 1, and predictions of the same shape."""
        if self._from_logits:
            y_pred = ops.sigmoid(y_pred)
        y_true, y_pred, weights = self._read(y_true, y_pred, sample_weight)
        if self.multi_label:
            self.build_for(y_true.shape, y_pred.shape)
        elif self.label_weights is not None:
            weights = np.broadcast_to(self.label_weights * (1 if weights is None else weights),
                                      y_pred.shape)
        self._update(y_true, y_pred, weights, by_label=self.multi_label)

    def result(self) -> Scalar:
        """Return the area, a scalar of `dtype`; 0 before the first batch."""
        if not hasattr(self, "true_positives"):
            return np.dtype(self.dtype).type(0)
        counts = Counts(*(getattr(self, count).value for count in Counts._fields))
        if (self.curve, self.summation_method) == ("PR", "interpolation"):
            pieces = _interpolated_precision(counts)
        else:
            x, y = _CURVE[self.curve](counts)
            pieces = (x[:-1] - x[1:]) * _SUMMATIONS[self.summation_method](y[:-1], y[1:])
        area = pieces.sum(axis=0)  # () or (n_labels,)
        if self.multi_label and self.label_weights is not None:
            area = ratio(np.sum(area * self.label_weights), np.sum(self.label_weights))
        return np.dtype(self.dtype).type(np.mean(area))

    def get_config(self) -> Config:
        config = {
            **Metric.get_config(self), "num_thresholds": self.num_thresholds, "curve": self.curve,
            "summation_method": self.summation_method, "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if self.label_weights is None else self.label_weights.tolist(),
            "from_logits": self._from_logits,
        }
        if self._init_from_thresholds:
            config["thresholds"] = [float(t) for t in self.thresholds[1:-1]]
        return config


def _chosen(what, value, known, fold):
    if fold(str(value)) not in known:
        raise ValueError(f'Invalid AUC {what} value: "{value}". Expected values are '
                         f"{list(known)}")
    return fold(value)


def _roc(c):
    return (ratio(c.false_positives, c.false_positives + c.true_negatives),
            ratio(c.true_positives, c.true_positives + c.false_negatives))


def _precision_recall(c):
    return (ratio(c.true_positives, c.true_positives + c.false_negatives),
            ratio(c.true_positives, c.true_positives + c.false_positives))


def _gains(c):
    odds = ratio(c.true_positives + c.false_negatives, c.true_negatives + c.false_positives)
    none = c.true_positives == 0
    recall_gain = 1 - odds * ratio(c.false_negatives, c.true_positives)
    precision_gain = 1 - odds * ratio(c.false_positives, c.true_positives)
    return np.maximum(np.where(none, 0, recall_gain), 0), np.where(none, 1, precision_gain)


_CURVE = {"ROC": _roc, "PR": _precision_recall, "PRGAIN": _gains}


def _interpolated_precision(c):
    """Areas between thresholds if true positives grow linearly with all positives in between.

    With P positives, TP of them true, and TP = a + s P between two thresholds, the integral of
    precision by recall is ``s (dTP + a log(P_1 / P_0)) / (TP + FN)``.
    """
    found = c.true_positives
    positive = found + c.false_positives
    gained = found[:-1] - found[1:]
    slope = ratio(gained, np.maximum(positive[:-1] - positive[1:], 0))
    intercept = found[1:] - slope * positive[1:]
    both = (positive[:-1] > 0) & (positive[1:] > 0)
    growth = np.where(both, ratio(positive[:-1], positive[1:]), 1)
    area = slope * (gained + intercept * np.log(growth))
    return ratio(area, np.maximum(found[1:] + c.false_negatives[1:], 0))
