"""Losses of numbers: the mean squared error."""

from __future__ import annotations

import numpy as np

from fastdense.utils.arrays import as_float, same_rank

from .arguments import check_shapes
from .base import Loss
from .wrapper import LossFunctionWrapper, differentiable

__all__ = ["MeanSquaredError", "mean_squared_error"]


def _mean_squared_error_gradient(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), as_float(y_pred)
    difference = y_pred - y_true  # (batch, n_out)
    if difference.shape != y_pred.shape:  # targets may be broadcast, as in Keras, predictions not
        check_shapes(y_true, y_pred)
    return (2 / y_pred.shape[-1]) * difference.astype(y_pred.dtype, copy=False)


@differentiable("mean_squared_error", _mean_squared_error_gradient)
def mean_squared_error(y_true, y_pred):
    """Mean over the last axis of ``(y_true - y_pred) ** 2``.

    Parameters
    ----------
    y_true, y_pred : array_like
        Targets and predictions of shapes that can be broadcast; a last axis of length 1 may be
        missing in one.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.mean_squared_error([[0.0, 0.0]], np.array([[1.0, 2.0]]))
    array([2.5])
    """
    y_true, y_pred = same_rank(y_true, as_float(y_pred))
    difference = y_true - y_pred  # (batch, n_out)
    return np.mean(np.square(difference), axis=-1).astype(y_pred.dtype, copy=False)


class MeanSquaredError(LossFunctionWrapper):
    """Mean of the squared differences between targets and predictions.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])
    np.float32(0.5)
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(mean_squared_error, reduction=reduction, name=name, dtype=dtype)

    def get_config(self):
        return Loss.get_config(self)
