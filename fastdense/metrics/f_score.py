"""The F-score: the harmonic mean of precision and recall, of each class or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils.arrays import aligned_weights

from .base import Metric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config, Scalar, Shape

__all__ = ["F1Score", "FBetaScore"]

_AVERAGES = (None, "micro", "macro", "weighted")
_SUMS = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """``(1 + beta²) precision recall / (beta² precision + recall)``.

    Parameters
    ----------
    average : {None, "micro", "macro", "weighted"}, default None
        None: a score for each class; "micro": one of all counts together; "macro": the mean of the
        classes; "weighted": their mean by how many targets there are of each.
    beta : float, default 1.0
        How much recall counts beside precision.
    threshold : float above 0 and up to 1, optional
        Predictions above it are positive. None: the largest of a row is.
    name : str, default "fbeta_score"
    dtype : {"float32", "float64"}, optional

    Raises
    ------
    ValueError
        If an argument is none of the above.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metric = metrics.FBetaScore(beta=2.0, threshold=0.5)
    >>> metric([[1, 1], [1, 0], [1, 1]], [[0.2, 0.6], [0.2, 0.6], [0.6, 0.8]]).round(4)
    array([0.3846, 0.9091], dtype=float32)
    """

    _direction = "up"

    def __init__(self, average: str | None = None, beta: float = 1.0,
                 threshold: float | None = None, name: str | None = "fbeta_score",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        if average not in _AVERAGES:
            raise ValueError(f"Invalid `average` argument value. Expected one of: {_AVERAGES}. "
                             f"Received: average={average}")
        _check_float("beta", beta)
        if beta <= 0:
            raise ValueError("Invalid `beta` argument value. It should be > 0. Received: "
                             f"beta={beta}")
        if threshold is not None:
            _check_float("threshold", threshold)
            if not 0 < threshold <= 1:
                raise ValueError("Invalid `threshold` argument value. It should verify "
                                 f"0 < threshold <= 1. Received: threshold={threshold}")
        self.average = average
        self.beta = beta
        self.threshold = threshold

    def build_for(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables: one number a class, or one for all with average "micro"."""
        if len(y_true_shape) != 2 or y_pred_shape != y_true_shape:
            raise ValueError(
                f"{type(self).__name__} expects 2D inputs with shape (batch_size, output_dim). "
                f"Received input shapes: y_pred.shape={y_pred_shape} and "
                f"y_true.shape={y_true_shape}. Give a single target an axis, y[:, None]; make "
                "labels one-hot rows with fastdense.utils.to_categorical."
            )
        if not hasattr(self, "true_positives"):
            shape = () if self.average == "micro" else y_pred_shape[1:]
            for name in _SUMS:
                setattr(self, name, self.add_variable(shape, "zeros", dtype="float64", name=name))

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets, 0 or 1, and predictions, both (batch, n_classes)."""
        y_true, y_pred = np.asarray(y_true, self.dtype), np.asarray(y_pred, self.dtype)
        self.build_for(y_true.shape, y_pred.shape)
        if self.threshold is None:
            chosen = (y_pred >= np.max(y_pred, axis=-1, keepdims=True)) & (np.abs(y_pred) > 1e-9)
        else:
            chosen = y_pred > self.threshold
        weights = 1.0 if sample_weight is None else aligned_weights(sample_weight, y_true.shape)
        axis = None if self.average == "micro" else 0
        terms = (chosen * y_true, chosen * (1 - y_true), ~chosen * y_true, y_true)
        for name, term in zip(_SUMS, terms, strict=True):
            getattr(self, name).assign_add(np.sum(weights * term, axis=axis))

    def result(self) -> Scalar | Array:
        """Return the score: an array for each class with average None, else a scalar.

        Raises
        ------
        ValueError
            Before the first batch, when the number of classes is not known.
        """
        if not hasattr(self, "true_positives"):
            raise ValueError(f"{type(self).__name__}: expected a batch before the result is asked "
                             "for. Call update_state first.")
        found, wrong, missed, targets = (getattr(self, name).value for name in _SUMS)
        epsilon = config.epsilon()
        precision = found / (found + wrong + epsilon)
        recall = found / (found + missed + epsilon)
        score = precision * recall / (self.beta**2 * precision + recall + epsilon)
        score = score * (1 + self.beta**2)
        if self.average == "weighted":
            score = np.sum(score * targets / (np.sum(targets) + epsilon))
        elif self.average is not None:
            score = np.mean(score)
        return np.asarray(score, self.dtype)[()]

    def get_config(self) -> Config:
        return {**super().get_config(), "average": self.average, "beta": self.beta,
                "threshold": self.threshold}


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall: :class:`FBetaScore` with beta 1.

    Parameters
    ----------
    average, threshold, dtype
        As for :class:`FBetaScore`.
    name : str, default "f1_score"

    Examples
    --------
    >>> from fastdense import metrics
    >>> metric = metrics.F1Score("macro")
    >>> metric([[0, 1], [1, 0], [0, 1]], [[0.2, 0.8], [0.4, 0.6], [0.1, 0.9]]).round(4)
    np.float32(0.4)
    """

    def __init__(self, average: str | None = None, threshold: float | None = None,
                 name: str | None = "f1_score", dtype: DTypeLike | None = None) -> None:
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self) -> Config:
        config = super().get_config()
        del config["beta"]
        return config


def _check_float(name, value):
    if not isinstance(value, float):
        raise ValueError(f"Invalid `{name}` argument value. It should be a Python float. Received: "
                         f"{name}={value} of type '{type(value)}'")
