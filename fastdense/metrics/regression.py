"""Errors of numbers as metrics: their means over all batches."""

from __future__ import annotations

from fastdense import losses

from .base import Metric
from .reduction import MeanMetricWrapper

__all__ = ["MeanSquaredError"]


class MeanSquaredError(MeanMetricWrapper):
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

    def __init__(self, name="mean_squared_error", dtype=None):
        super().__init__(losses.mean_squared_error, name=name, dtype=dtype)

    def get_config(self):
        return Metric.get_config(self)
