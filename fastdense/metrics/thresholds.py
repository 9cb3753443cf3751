"""Hits and misses of predictions above each of many thresholds: one pass, whatever their number.

A prediction is put into the bin of the thresholds that it exceeds; sums over the bins from either
end are then the four counts for every threshold (as in Keras for evenly spaced thresholds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastdense.utils.arrays import aligned_weights, same_rank

from .base import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense.variable import Variable

__all__ = ["BELOW_ALL", "ConfusionMetric", "Counts", "Thresholds", "checked", "ratio"]

BELOW_ALL = -1e10  # stands for a prediction that is not among the top k, as in Keras


class Counts(NamedTuple):
    """Sums of weights at every threshold, each of shape (n_thresholds,) or (.., n_labels)."""

    true_positives: np.ndarray
    false_positives: np.ndarray
    true_negatives: np.ndarray
    false_negatives: np.ndarray


class Thresholds:
    """Numbers that predictions are compared with: above is positive, equal is not.

    Parameters
    ----------
    values : list of float
        In any order.
    dtype : {"float32", "float64"}
        What they and the predictions are compared in.
    """

    def __init__(self, values, dtype):
        values = np.asarray(values, dtype)
        order = np.argsort(values, kind="stable")
        self._sorted = values[order]
        self._rank = np.argsort(order)  # where each of `values` is in `_sorted`
        grid = np.linspace(0, 1, len(values))
        self._is_even = len(values) > 2 and np.allclose(values, grid, atol=1.001e-7)
        self._holds_zero = self._is_even and values[0] < 0  # AUC's first lies just below 0

    def exceeded(self, y_pred):
        """Return how many thresholds each prediction is above, an array of int; NaN is above none.

        Evenly spaced thresholds take one product, rounded as in Keras.
        """
        if self._is_even:
            above = np.ceil(np.clip(y_pred, 0, 1) * y_pred.dtype.type(len(self._sorted) - 1))
            above = np.maximum(above, 1) if self._holds_zero else above
        else:
            above = np.searchsorted(self._sorted, y_pred, side="left")
        return np.where(np.isnan(y_pred), 0, above).astype(np.intp)

    def count(self, y_true, y_pred, weights=None, by_label=False):
        """Count over the whole batch, or over each column of it.

        Parameters
        ----------
        y_true : ndarray of bool
        y_pred : ndarray of float, shape of `y_true`
        weights : ndarray of float64, shape of `y_true`, optional
        by_label : bool, default False
            Whether each index of the last axis is counted by itself.

        Returns
        -------
        Counts
        """
        n_bins = len(self._sorted) + 1
        n_labels = y_pred.shape[-1] if by_label else 1
        bins = self.exceeded(y_pred) + (n_bins * np.arange(n_labels) if by_label else 0)

        def histogram(chosen):
            chosen_weights = None if weights is None else weights[chosen]
            sums = np.bincount(bins[chosen], chosen_weights, minlength=n_bins * n_labels)
            return sums.reshape(n_labels, n_bins).T.astype(np.float64)  # (n_bins, n_labels)

        positive, negative = histogram(y_true), histogram(~y_true)
        counts = (_above(positive), _above(negative), _below(negative), _below(positive))
        shape = (-1, n_labels) if by_label else (-1,)
        return Counts(*(c[self._rank].reshape(shape) for c in counts))


class ConfusionMetric(Metric):
    """A metric that adds up some of the four :class:`Counts` at its thresholds.

    Parameters
    ----------
    counted : dict of str to str
        Names of the variables, and of the count that each adds up.
    thresholds : list of float
    name, dtype
        As for :class:`Metric`.
    top_k : int, optional
        Only the k largest predictions of a row count as they are, the others as negative.
    class_id : int, optional
        Only this index of the last axis counts.
    """

    def __init__(self, counted: dict[str, str], thresholds: Iterable[float],
                 name: str | None, dtype: DTypeLike | None, top_k: int | None = None,
                 class_id: int | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.thresholds = list(thresholds)
        self.top_k = top_k
        self.class_id = class_id
        self._counted = dict(counted)
        self._grid = Thresholds(self.thresholds, self.dtype)

    # Those of them that there are, by the names of `counted`.
    accumulator: Variable
    true_positives: Variable
    true_negatives: Variable
    false_positives: Variable
    false_negatives: Variable

    def _add_counts(self, shape):
        """Make the variables, of float64: sums of weights stay exact where float32 would not."""
        for name in self._counted:
            setattr(self, name, self.add_variable(shape, "zeros", dtype="float64", name=name))

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets, 0 or 1, and predictions from 0 to 1 of the same shape."""
        self._update(*self._read(y_true, y_pred, sample_weight))

    def _read(self, y_true, y_pred, sample_weight):
        """Return targets as bool, predictions, and weights of the same shape or None."""
        y_true, y_pred = same_rank(y_true, np.asarray(y_pred, self.dtype))
        if y_true.shape != y_pred.shape:
            raise ValueError(
                f"{type(self).__name__}: expected y_true and y_pred of one shape. Received: "
                f"y_true.shape={y_true.shape}, y_pred.shape={y_pred.shape}. Make labels one-hot "
                "rows with fastdense.utils.to_categorical."
            )
        if self.top_k is not None:
            y_pred = _only_top(y_pred, self.top_k)
        if sample_weight is not None:
            sample_weight = np.broadcast_to(aligned_weights(sample_weight, y_true.shape),
                                            y_true.shape)
        if self.class_id is None:
            return y_true.astype(bool), y_pred, sample_weight
        if y_pred.ndim == 1:
            raise ValueError(
                "When class_id is provided, y_pred must be a 2D array with shape (num_samples, "
                f"num_classes), found shape: {y_pred.shape}"
            )
        one = (..., self.class_id, np.newaxis)
        weight = None if sample_weight is None else sample_weight[one]
        return y_true[one].astype(bool), y_pred[one], weight

    def _update(self, y_true, y_pred, weights, by_label=False):
        counts = self._grid.count(y_true, y_pred, weights, by_label)
        for variable, count in self._counted.items():
            getattr(self, variable).assign_add(getattr(counts, count))

    def _result(self, values):
        """Return values as `dtype`: an array, or a scalar for a single threshold."""
        values = np.asarray(values, self.dtype)
        return values[0] if len(values) == 1 else values


def checked(thresholds, default):
    """Return thresholds as a list, given one, a list, or None for the default.

    Raises
    ------
    ValueError
        If one of them is not from 0 to 1.
    """
    if thresholds is None:
        return [default]
    listed = list(thresholds) if np.ndim(thresholds) else [thresholds]
    wrong = [t for t in listed if t is None or not 0 <= t <= 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")
    return listed


def ratio(part, whole):
    """Return part / whole elementwise, 0 where whole is 0."""
    part, whole = np.asarray(part), np.asarray(whole)
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole != 0)


def _above(histogram):
    return np.cumsum(histogram[::-1], axis=0)[::-1][1:]


def _below(histogram):
    return np.cumsum(histogram, axis=0)[:-1]


def _only_top(y_pred, k):
    """Predictions, with those that are not among the k largest of their row made very small."""
    top = np.argsort(-y_pred, axis=-1, kind="stable")[..., :k]
    kept = np.zeros(y_pred.shape, bool)
    np.put_along_axis(kept, top, True, axis=-1)
    return np.where(kept, y_pred, y_pred.dtype.type(BELOW_ALL))
