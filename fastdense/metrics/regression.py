"""Errors of numbers as metrics: their means over all batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import losses
from fastdense.utils.arrays import same_rank

from .reduction import Mean, NamedMetric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Scalar

__all__ = [
    "CosineSimilarity", "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
    "MeanSquaredError", "MeanSquaredLogarithmicError", "RootMeanSquaredError",
]


class MeanSquaredError(NamedMetric):
    """Mean of :func:`fastdense.losses.mean_squared_error`.

    Parameters
    ----------
    name : str, default "mean_squared_error"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.MeanSquaredError()([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    np.float32(0.25)
    """

    def __init__(self, name: str | None = "mean_squared_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.mean_squared_error, name=name, dtype=dtype)


class RootMeanSquaredError(Mean):
    """Root of the mean of all squared differences, of all batches together.

    Parameters
    ----------
    name : str, default "root_mean_squared_error"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.RootMeanSquaredError()([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    np.float32(0.5)
    """

    _direction = "down"

    def __init__(self, name: str | None = "root_mean_squared_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(name=name, dtype=dtype)

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,  # type: ignore[override]
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets and predictions."""
        y_true, y_pred = (np.asarray(y, self.dtype) for y in same_rank(y_true, y_pred))
        super().update_state(np.square(y_pred - y_true), sample_weight=sample_weight)

    def result(self) -> Scalar:
        """Return the root, a scalar of `dtype`."""
        return np.sqrt(super().result())


class MeanAbsoluteError(NamedMetric):
    """Mean of :func:`fastdense.losses.mean_absolute_error`.

    Parameters
    ----------
    name : str, default "mean_absolute_error"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.MeanAbsoluteError()([[0, 1], [0, 0]], [[1, 1], [0, 0]])
    np.float32(0.25)
    """

    def __init__(self, name: str | None = "mean_absolute_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.mean_absolute_error, name=name, dtype=dtype)


class MeanAbsolutePercentageError(NamedMetric):
    """Mean of :func:`fastdense.losses.mean_absolute_percentage_error`.

    Parameters
    ----------
    name : str, default "mean_absolute_percentage_error"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.MeanAbsolutePercentageError()([[2.0], [4.0]], [[3.0], [4.0]])
    np.float32(25.0)
    """

    def __init__(self, name: str | None = "mean_absolute_percentage_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.mean_absolute_percentage_error, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(NamedMetric):
    """Mean of :func:`fastdense.losses.mean_squared_logarithmic_error`.

    Parameters
    ----------
    name : str, default "mean_squared_logarithmic_error"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.MeanSquaredLogarithmicError()([[0.0, 1.0]], [[1.0, 1.0]])
    np.float32(0.24022643)
    """

    def __init__(self, name: str | None = "mean_squared_logarithmic_error",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.mean_squared_logarithmic_error, name=name, dtype=dtype)


class LogCoshError(NamedMetric):
    """Mean of :func:`fastdense.losses.log_cosh`.

    Parameters
    ----------
    name : str, default "logcosh"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.LogCoshError()([[0.0]], [[1.0]])
    np.float32(0.4337808)
    """

    def __init__(self, name: str | None = "logcosh", dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.log_cosh, name=name, dtype=dtype)


def _cosine(y_true, y_pred, axis=-1):
    """The cosine itself; the loss has the other sign."""
    return -losses.cosine_similarity(y_true, y_pred, axis=axis)


class CosineSimilarity(NamedMetric):
    """Mean cosine of the angle between target and prediction: 1 if they point one way.

    Parameters
    ----------
    name : str, default "cosine_similarity"
    dtype : {"float32", "float64"}, optional
    axis : int, default -1
        The axis along which an array is a vector.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [2.0, 2.0]]).round(4)
    np.float32(0.5)
    """

    _direction = "up"
    axis: int

    def __init__(self, name: str | None = "cosine_similarity", dtype: DTypeLike | None = None,
                 axis: int = -1) -> None:
        super().__init__(_cosine, name=name, dtype=dtype, axis=axis)
