"""Rectified units and thresholds: straight lines above zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.activations.rules import compute

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = [
    "celu",
    "elu",
    "hard_shrink",
    "leaky_relu",
    "relu",
    "relu6",
    "selu",
    "soft_shrink",
    "threshold",
]


def relu(x: ArrayLike, negative_slope: float = 0.0, max_value: float | None = None,
         threshold: float = 0.0) -> Array:
    """Rectified linear unit: ``max(x, 0)`` unless told otherwise.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    negative_slope : float, default 0.0
        Slope at and below `threshold`: ``negative_slope * (x - threshold)`` there.
    max_value : float, optional
        Largest value returned. None means no limit.
    threshold : float, default 0.0
        Values above it are kept.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Symbol: ``keras.activations.relu``.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.relu([-2.0, 0.5, 9.0])
    array([0. , 0.5, 9. ], dtype=float32)
    >>> activations.relu([-2.0, 0.5, 9.0], negative_slope=0.1, max_value=6)
    array([-0.2,  0.5,  6. ], dtype=float32)
    """
    return compute(
        "relu", x, negative_slope=negative_slope, max_value=max_value, threshold=threshold)


def relu6(x: ArrayLike) -> Array:
    """Rectified linear unit with a ceiling: ``min(max(x, 0), 6)``.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.relu6([-2.0, 0.5, 9.0])
    array([0. , 0.5, 6. ], dtype=float32)
    """
    return compute("relu6", x)


def leaky_relu(x: ArrayLike, negative_slope: float = 0.2) -> Array:
    """``x`` above zero, ``negative_slope * x`` below.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    negative_slope : float, default 0.2

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.leaky_relu([-2.0, 3.0])
    array([-0.4,  3. ], dtype=float32)
    """
    return compute("leaky_relu", x, negative_slope=negative_slope)


def elu(x: ArrayLike, alpha: float = 1.0) -> Array:
    """Exponential linear unit: ``x`` above zero, ``alpha * (exp(x) - 1)`` below.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    alpha : float, default 1.0

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Clevert et al., 2016.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.elu([-1000.0, 3.0])
    array([-1.,  3.], dtype=float32)
    """
    return compute("elu", x, alpha=alpha)


def selu(x: ArrayLike) -> Array:
    """Scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer.

    ``scale * x`` above zero, ``scale * alpha * (exp(x) - 1)`` below, scale 1.0507, alpha 1.6733.
    With it go `LecunNormal` kernels and `AlphaDropout`.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Klambauer et al., 2017.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.selu([-1000.0, 1.0])
    array([-1.7580993,  1.050701 ], dtype=float32)
    """
    return compute("selu", x)


def celu(x: ArrayLike, alpha: float = 1.0) -> Array:
    """``x`` above zero, ``alpha * (exp(x / alpha) - 1)`` below: an ELU without a corner.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    alpha : float, default 1.0
        Not zero.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Barron, 2017.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.celu([-1000.0, 3.0], alpha=2.0)
    array([-2.,  3.], dtype=float32)
    """
    return compute("celu", x, alpha=alpha)


def threshold(x: ArrayLike, threshold: float, default_value: float) -> Array:
    """``x`` above `threshold`, `default_value` elsewhere.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    threshold, default_value : float

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.threshold([1.0, 2.0, 3.0], 2.0, -1.0)
    array([-1., -1.,  3.], dtype=float32)
    """
    return compute("threshold", x, threshold=threshold, default_value=default_value)


def hard_shrink(x: ArrayLike, threshold: float = 0.5) -> Array:
    """``x`` where ``abs(x) > threshold``, else 0.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    threshold : float, default 0.5

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.hard_shrink([-2.0, 0.25, 3.0])
    array([-2.,  0.,  3.], dtype=float32)
    """
    return compute("hard_shrink", x, threshold=threshold)


def soft_shrink(x: ArrayLike, threshold: float = 0.5) -> Array:
    """``x`` moved towards zero by `threshold`, and 0 within it.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    threshold : float, default 0.5

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.soft_shrink([-2.0, 0.25, 3.0])
    array([-1.5,  0. ,  2.5], dtype=float32)
    """
    return compute("soft_shrink", x, threshold=threshold)
