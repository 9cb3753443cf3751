"""The loss of directions: minus the cosine of the angle between target and prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config

from .arguments import check_axis, check_shapes, paired
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = ["CosineSimilarity", "cosine_similarity"]


def _inverse_norm(x, axis):
    """1 over the Euclidean norm, which counts as epsilon at least, and where it was more."""
    epsilon = x.dtype.type(config.epsilon())
    norm = np.sqrt(np.sum(np.square(x), axis=axis, keepdims=True))
    return 1 / np.maximum(norm, epsilon), norm >= epsilon


def _cosine_similarity_gradient(y_true, y_pred, axis=-1):
    y_true, y_pred = paired(y_true, y_pred)  # (batch, n_out) both
    scale, is_free = _inverse_norm(y_pred, axis)
    target = y_true * _inverse_norm(y_true, axis)[0]
    direction = y_pred * scale
    along = np.sum(target * direction, axis=axis, keepdims=True) * direction
    gradient = -(target - is_free * along) * scale
    if gradient.shape != y_pred.shape:
        check_shapes(y_true, y_pred)
    return gradient


@differentiable(None, _cosine_similarity_gradient)
def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    """Minus the cosine of the angle between target and prediction: -1 if they point one way.

    Parameters
    ----------
    y_true, y_pred : array_like
        Of shapes that can be broadcast. A row of zeros has a cosine of 0.
    axis : int, default -1
        The axis along which an array is a vector.

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype.

    Notes
    -----
    Norms are no less than :func:`fastdense.config.epsilon`. The metric of the same name has the
    other sign.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.cosine_similarity([[0.0, 1.0]], np.array([[0.0, 7.0]]))
    array([-1.])
    """
    check_axis(axis)
    y_true, y_pred = paired(y_true, y_pred)
    directions = (y * _inverse_norm(y, axis)[0] for y in (y_true, y_pred))
    return -np.sum(np.multiply(*directions), axis=axis)


class CosineSimilarity(NamedLoss):
    """Minus the cosine of the angle between target and prediction.

    Parameters
    ----------
    axis : int, default -1
        As for :func:`cosine_similarity`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.CosineSimilarity()([[0.0, 1.0]], [[3.0, 4.0]])
    np.float32(-0.8)
    """

    axis: int

    def __init__(self, axis: int = -1, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "cosine_similarity", dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(cosine_similarity, reduction=reduction, name=name, dtype=dtype, axis=axis)
