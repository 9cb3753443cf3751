"""Cross-entropies that look away from what is easy (Lin et al., ICCV 2017, arXiv:1708.02002).

As in Keras, the binary one uses logits where it is given them; the categorical one makes them
probabilities, which are clipped and then have no gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import ops

from .arguments import check_axis, check_shapes, clip_probabilities, paired, smooth
from .categorical import warn_of_one_class
from .wrapper import NamedLoss, differentiable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = [
    "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy", "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
]


def _power_slope(base, gamma):
    """Derivative of ``base ** gamma``; 0 where it is infinite: what is right pulls nowhere."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = gamma * base ** (gamma - 1)
    return np.where(np.isfinite(slope), slope, 0)


def _balance(y_true, apply_class_balancing, alpha):
    return y_true * alpha + (1 - y_true) * (1 - alpha) if apply_class_balancing else 1


def _chances(y_true, y_pred, from_logits, label_smoothing):
    """Return targets, probabilities, how far these are off, and cross-entropies: (batch, n_out)."""
    y_true, y_pred = paired(y_true, y_pred)
    check_shapes(y_true, y_pred)
    y_true = smooth(y_true, label_smoothing, 2)
    p = ops.sigmoid(y_pred) if from_logits else y_pred
    miss = 1 - (y_true * p + (1 - y_true) * (1 - p))
    return y_true, p, miss, ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits)


def _binary_focal_crossentropy_gradient(y_true, y_pred, apply_class_balancing=False, alpha=0.25,
                                        gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1):
    y_true, p, miss, entropy = _chances(y_true, y_pred, from_logits, label_smoothing)
    miss_slope = _power_slope(miss, gamma) * (1 - 2 * y_true)  # by p
    if from_logits:
        miss_slope *= p * (1 - p)
        entropy_slope = p - y_true
    else:
        clipped, inside = clip_probabilities(p)
        entropy_slope = inside * (clipped - y_true) / (clipped * (1 - clipped))
    gradient = miss**gamma * entropy_slope + miss_slope * entropy
    gradient *= _balance(y_true, apply_class_balancing, alpha)
    return (gradient / p.shape[axis]).astype(p.dtype, copy=False)


@differentiable(None, _binary_focal_crossentropy_gradient)
def binary_focal_crossentropy(y_true: ArrayLike, y_pred: ArrayLike,
                              apply_class_balancing: bool = False, alpha: float = 0.25,
                              gamma: float = 2.0, from_logits: bool = False,
                              label_smoothing: float = 0.0, axis: int = -1) -> Array:
    """Mean over `axis` of the binary cross-entropy, times ``(1 - p_t) ** gamma``.

    ``p_t`` is the probability given to the class that is true, so what is predicted well counts
    little.

    Parameters
    ----------
    y_true : array_like
        Targets from 0 to 1.
    y_pred : array_like
        Probabilities of class 1, or logits.
    apply_class_balancing : bool, default False
        Whether class 1 weighs `alpha` and class 0 weighs ``1 - alpha``.
    alpha : float, default 0.25
    gamma : float, default 2.0
        0 gives the binary cross-entropy.
    from_logits, label_smoothing, axis
        As for :func:`binary_crossentropy`.

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
    >>> losses.binary_focal_crossentropy([[1]], np.array([[0.5]])).round(4)
    array([0.1733])
    """
    check_axis(axis)
    y_true, p, miss, entropy = _chances(y_true, y_pred, from_logits, label_smoothing)
    values = miss**gamma * entropy
    values *= _balance(y_true, apply_class_balancing, alpha)
    return np.mean(values, axis=axis).astype(p.dtype, copy=False)


def _shares(y_true, y_pred, from_logits, label_smoothing, axis):
    """Return smoothed targets, probabilities, and their sums, all (batch, n_classes or 1)."""
    y_true, y_pred = paired(y_true, y_pred)
    check_shapes(y_true, y_pred)
    p = ops.softmax(y_pred, axis) if from_logits else y_pred
    y_true = smooth(y_true, label_smoothing, y_true.shape[axis])
    return y_true, p, np.sum(p, axis=axis, keepdims=True)


def _categorical_focal_crossentropy_gradient(y_true, y_pred, alpha=0.25, gamma=2.0,
                                             from_logits=False, label_smoothing=0.0, axis=-1):
    y_true, p, mass = _shares(y_true, y_pred, from_logits, label_smoothing, axis)
    share = p / mass
    clipped, inside = clip_probabilities(share)
    miss = 1 - clipped
    pull = inside * alpha * y_true * (
        _power_slope(miss, gamma) * np.log(clipped) - miss**gamma / clipped)  # by the share
    gradient = (pull - np.sum(pull * share, axis=axis, keepdims=True)) / mass
    if from_logits:
        gradient = p * (gradient - np.sum(gradient * p, axis=axis, keepdims=True))
    return gradient.astype(p.dtype, copy=False)


@differentiable(None, _categorical_focal_crossentropy_gradient)
def categorical_focal_crossentropy(y_true: ArrayLike, y_pred: ArrayLike, alpha: float = 0.25,
                                   gamma: float = 2.0, from_logits: bool = False,
                                   label_smoothing: float = 0.0, axis: int = -1) -> Array:
    """Sum over `axis` of ``-alpha (1 - q) ** gamma * y_true * log(q)``, ``q = p / sum(p)``.

    Parameters
    ----------
    y_true : array_like
        One-hot rows or other distributions, of the shape of `y_pred`.
    y_pred : array_like
        A row of probabilities a sample, or of logits.
    alpha : float or array_like of shape (n_classes,), default 0.25
        Weight of the loss, or of each class.
    gamma : float, default 2.0
        With 0 and an alpha of 1 the loss is the categorical cross-entropy.
    from_logits, label_smoothing, axis
        As for :func:`categorical_crossentropy`.

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype.

    Raises
    ------
    ValueError
        If the shapes differ, or `axis` is no int.

    Warns
    -----
    SyntaxWarning
        If there is one class only.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> losses.categorical_focal_crossentropy([[0, 1]], np.array([[0.5, 0.5]])).round(4)
    array([0.0433])
    """
    check_axis(axis)
    warn_of_one_class("categorical_focal_crossentropy", np.asarray(y_pred))
    y_true, p, mass = _shares(y_true, y_pred, from_logits, label_smoothing, axis)
    clipped, _ = clip_probabilities(p / mass)
    values = np.multiply(alpha, (1 - clipped) ** gamma) * -y_true * np.log(clipped)
    return np.sum(values, axis=axis).astype(p.dtype, copy=False)


class BinaryFocalCrossentropy(NamedLoss):
    """Binary cross-entropy that counts little what is predicted well.

    Parameters
    ----------
    apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis
        As for :func:`binary_focal_crossentropy`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.BinaryFocalCrossentropy(gamma=2.0)([[1.0], [0.0]], [[0.5], [0.5]])
    np.float32(0.1732868)
    """

    apply_class_balancing: bool
    alpha: float
    gamma: float
    from_logits: bool
    label_smoothing: float
    axis: int

    def __init__(self, apply_class_balancing: bool = False, alpha: float = 0.25, gamma: float = 2.0,
                 from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1,
                 reduction: str | None = "sum_over_batch_size",
                 name: str | None = "binary_focal_crossentropy",
                 dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(binary_focal_crossentropy, reduction=reduction, name=name, dtype=dtype,
                         apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma,
                         from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class CategoricalFocalCrossentropy(NamedLoss):
    """Categorical cross-entropy that counts little what is predicted well.

    Parameters
    ----------
    alpha, gamma, from_logits, label_smoothing, axis
        As for :func:`categorical_focal_crossentropy`.
    reduction, name, dtype
        As for :class:`Loss`.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])
    np.float32(0.0433217)
    """

    alpha: float
    gamma: float
    from_logits: bool
    label_smoothing: float
    axis: int

    def __init__(self, alpha: float = 0.25, gamma: float = 2.0, from_logits: bool = False,
                 label_smoothing: float = 0.0, axis: int = -1,
                 reduction: str | None = "sum_over_batch_size",
                 name: str | None = "categorical_focal_crossentropy",
                 dtype: DTypeLike | None = None) -> None:
        check_axis(axis)
        super().__init__(categorical_focal_crossentropy, reduction=reduction, name=name,
                         dtype=dtype, alpha=alpha, gamma=gamma, from_logits=from_logits,
                         label_smoothing=label_smoothing, axis=axis)
