"""Losses of distributions and counts: the Kullback-Leibler divergence and the Poisson loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config

from .arguments import check_shapes, paired
from .elementwise import mean_of
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = ["KLDivergence", "Poisson", "kl_divergence", "poisson"]


def _clipped(p):
    return np.clip(p, p.dtype.type(config.epsilon()), 1)


def _kl_divergence_gradient(y_true, y_pred):
    y_true, y_pred = paired(y_true, y_pred)  # (batch, n_classes) both
    clipped = _clipped(y_pred)
    gradient = -_clipped(y_true) / clipped * (clipped == y_pred)
    if gradient.shape != y_pred.shape:
        check_shapes(y_true, y_pred)
    return gradient


@differentiable(None, _kl_divergence_gradient)
def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Sum over the last axis of ``y_true * log(y_true / y_pred)``.

    Parameters
    ----------
    y_true, y_pred : array_like
        Distributions, of shapes that can be broadcast. Both are clipped to [epsilon, 1]; a
        prediction that is clipped has no gradient.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Notes
    -----
    epsilon is :func:`fastdense.config.epsilon`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.kl_divergence([[0.5, 0.5]], np.array([[0.25, 0.75]])).round(4)
    array([0.1438])
    """
    y_true, y_pred = map(_clipped, paired(y_true, y_pred))
    return np.sum(y_true * np.log(y_true / y_pred), axis=-1)


def _poisson_slope(y_true, y_pred):
    return 1 - y_true / (y_pred + y_pred.dtype.type(config.epsilon()))


@mean_of(_poisson_slope)
def poisson(y_true: Any, y_pred: Any) -> Array:
    """Mean over the last axis of ``y_pred - y_true * log(y_pred + epsilon)``.

    Parameters
    ----------
    y_true : array_like
        Counts.
    y_pred : array_like
        Expected counts, positive, of a shape that can be broadcast with that of `y_true`.

    Returns
    -------
    ndarray
        Shape ``y_pred.shape[:-1]``, `y_pred`'s dtype.

    Notes
    -----
    The negative log-likelihood of a Poisson distribution less what does not depend on `y_pred`.
    epsilon is :func:`fastdense.config.epsilon`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.poisson([[1.0]], np.array([[2.0]])).round(4)
    array([1.3069])
    """
    return y_pred - y_true * np.log(y_pred + y_pred.dtype.type(config.epsilon()))


class KLDivergence(NamedLoss):
    """Kullback-Leibler divergence of the predicted distribution from the target.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]])
    np.float32(0.14384106)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size",
                 name: str | None = "kl_divergence", dtype: DTypeLike | None = None) -> None:
        super().__init__(kl_divergence, reduction=reduction, name=name, dtype=dtype)


class Poisson(NamedLoss):
    """Negative log-likelihood of counts, less what does not depend on the prediction.

    Parameters
    ----------
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.Poisson()([[1.0]], [[2.0]])
    np.float32(1.3068528)
    """

    def __init__(self, reduction: str | None = "sum_over_batch_size", name: str | None = "poisson",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(poisson, reduction=reduction, name=name, dtype=dtype)
