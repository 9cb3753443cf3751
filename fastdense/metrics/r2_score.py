"""How much of the variance of the targets is predicted: the coefficient of determination."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense.utils.arrays import aligned_weights, same_rank

from .base import Metric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config, Scalar, Shape
    from fastdense.variable import Variable

__all__ = ["R2Score"]

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")
_SUMS = {"squared_sum": "squared_sum", "sum": "sum", "total_mse": "residual", "count": "count"}


class R2Score(Metric):
    """``1 - sum (y_true - y_pred)² / sum (y_true - mean)²``: 1 is perfect, 0 as good as the mean.

    Parameters
    ----------
    class_aggregation : {"uniform_average", "variance_weighted_average", None}
        The mean over the outputs, by default unweighted; None gives each output's score.
    num_regressors : int, default 0
        Number of independent variables of the model, for the adjusted score
        ``1 - (1 - R²) (n - 1) / (n - num_regressors - 1)``; 0 gives the plain one.
    name : str, default "r2_score"
    dtype : {"float32", "float64"}, optional

    Raises
    ------
    ValueError
        If an argument is none of the above.

    Notes
    -----
    As in Keras an output whose targets are all equal scores 0, or NaN if it is predicted exactly,
    and n is the number of targets, not of samples, where there are several outputs.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]).round(4)
    np.float32(0.5714)
    """

    _direction = "up"

    def __init__(self, class_aggregation: str | None = "uniform_average", num_regressors: int = 0,
                 name: str | None = "r2_score", dtype: DTypeLike | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError("Invalid value for argument `class_aggregation`. Expected one of "
                             f"{_AGGREGATIONS}. Received: class_aggregation={class_aggregation}")
        if num_regressors < 0:
            raise ValueError("Invalid value for argument `num_regressors`. Expected a value >= 0. "
                             f"Received: num_regressors={num_regressors}")
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", dtype="float64", name="num_samples")

    squared_sum: Variable
    sum: Variable
    total_mse: Variable
    count: Variable

    def build_for(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables: one number an output."""
        if len(y_pred_shape) != 2 or y_true_shape not in (
                y_pred_shape, y_pred_shape[:1] if y_pred_shape[1] == 1 else None):
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim). Received input "
                f"shapes: y_pred.shape={y_pred_shape} and y_true.shape={y_true_shape}."
            )
        if not hasattr(self, "count"):
            for attribute, name in _SUMS.items():
                setattr(self, attribute, self.add_variable(y_pred_shape[1:], "zeros",
                                                           dtype="float64", name=name))

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets and predictions, both (batch, n_out)."""
        y_true, y_pred = (np.asarray(y, self.dtype) for y in same_rank(y_true, y_pred))
        self.build_for(y_true.shape, y_pred.shape)
        y_true, y_pred = y_true.astype(np.float64), y_pred.astype(np.float64)
        weights = np.ones(y_true.shape)  # (batch, n_out)
        if sample_weight is not None:
            weights *= aligned_weights(sample_weight, y_true.shape)
        self.squared_sum.assign_add(np.sum(weights * y_true**2, axis=0))
        self.sum.assign_add(np.sum(weights * y_true, axis=0))
        self.total_mse.assign_add(np.sum(weights * (y_true - y_pred) ** 2, axis=0))
        self.count.assign_add(np.sum(weights, axis=0))
        self.num_samples.assign_add(y_true.size)

    def result(self) -> Scalar | Array:
        """Return the score: a scalar of `dtype`, or an array of each output's.

        Raises
        ------
        ValueError
            Before the first batch, when the number of outputs is not known.
        """
        if not hasattr(self, "count"):
            raise ValueError("R2Score: expected a batch before the result is asked for. Call "
                             "update_state first.")
        with np.errstate(divide="ignore", invalid="ignore"):
            total = self.squared_sum.value - self.sum.value**2 / self.count.value
            score = 1 - self.total_mse.value / total
            score = np.where(np.isinf(score), 0, score)
            if self.class_aggregation == "uniform_average":
                score = np.mean(score)
            elif self.class_aggregation == "variance_weighted_average":
                score = np.sum(total * score) / np.sum(total)
        return np.asarray(self._adjusted(score), self.dtype)[()]

    def _adjusted(self, score):
        spare = float(self.num_samples) - 1 - self.num_regressors
        if self.num_regressors == 0:
            return score
        if spare > 0:
            return 1 - (1 - score) * (float(self.num_samples) - 1) / spare
        what = "Division by zero in Adjusted R2 score" if spare == 0 else (
            "More independent predictors than datapoints in adjusted R2 score")
        warnings.warn(f"{what}. Falling back to standard R2 score.", stacklevel=3)
        return score

    def get_config(self) -> Config:
        return {**super().get_config(), "class_aggregation": self.class_aggregation,
                "num_regressors": self.num_regressors}
