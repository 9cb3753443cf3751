"""The loss of outputs that are each a yes or no: the binary cross-entropy.

Given probabilities it follows Keras: they are clipped to [epsilon, 1 - epsilon], so one that is
clipped has no gradient. ``from_logits`` is exact at any value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import ops

from .arguments import check_axis, check_shapes, clip_probabilities, paired, smooth
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = ["BinaryCrossentropy", "binary_crossentropy"]


def _binary_crossentropy_gradient(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    y_true, p = _smoothed(y_true, y_pred, label_smoothing)  # (batch, n_out) both
    if from_logits:
        return (ops.sigmoid(p) - y_true) / p.shape[axis]
    clipped, inside = clip_probabilities(p)
    return inside * (clipped - y_true) / (clipped * (1 - clipped) * p.shape[axis])


@differentiable("binary_crossentropy", _binary_crossentropy_gradient)
def binary_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False,
                        label_smoothing: float = 0.0, axis: int = -1) -> Array:
    """Mean over `axis` of ``-y log p - (1 - y) log(1 - p)``.

    Parameters
    ----------
    y_true : array_like
        Targets from 0 to 1, of the shape of `y_pred`; a last axis of length 1 may be missing in
        one of them.
    y_pred : array_like
        Probabilities of class 1, or logits.
    from_logits : bool, default False
        Whether `y_pred` are logits, before the sigmoid.
    label_smoothing : float, default 0.0
        Targets become ``y (1 - s) + s / 2``.
    axis : int, default -1

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype.

    Raises
    ------
    ValueError
        If the shapes differ, or `axis` is no int.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.binary_crossentropy([[0, 1]], np.array([[0.5, 0.5]])).round(4)
    array([0.6931])
    """
    check_axis(axis)
    y_true, y_pred = _smoothed(y_true, y_pred, label_smoothing)
    return np.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


class BinaryCrossentropy(NamedLoss):
    """Cross-entropy of outputs that are each a yes or no.

    Parameters
    ----------
    from_logits, label_smoothing, axis
        As for :func:`binary_crossentropy`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.BinaryCrossentropy()([[0.0], [1.0]], [[0.5], [0.5]])
    np.float32(0.6931472)
    """

    from_logits: bool
    label_smoothing: float
    axis: int

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1,
                 reduction: str | None = "sum_over_batch_size",
                 name: str | None = "binary_crossentropy", dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(binary_crossentropy, reduction=reduction, name=name, dtype=dtype,
                         from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


def _smoothed(y_true, y_pred, smoothing):
    y_true, y_pred = paired(y_true, y_pred)
    check_shapes(y_true, y_pred)
    return smooth(y_true, smoothing, 2), y_pred
