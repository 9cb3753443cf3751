"""Activations with a continuous derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.activations.rules import compute

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = [
    "exponential",
    "gelu",
    "log_sigmoid",
    "mish",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "squareplus",
    "tanh",
    "tanh_shrink",
]


def sigmoid(x: ArrayLike) -> Array:
    """``1 / (1 + exp(-x))``, without overflow at either end.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, from 0 to 1.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return compute("sigmoid", x)


def tanh(x: ArrayLike) -> Array:
    """Hyperbolic tangent.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, from -1 to 1.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.], dtype=float32)
    """
    return compute("tanh", x)


def exponential(x: ArrayLike) -> Array:
    """``exp(x)``.

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
    >>> activations.exponential([0.0, 1.0])
    array([1.       , 2.7182817], dtype=float32)
    """
    return compute("exponential", x)


def gelu(x: ArrayLike, approximate: bool = False) -> Array:
    """Gaussian error linear unit: ``x * Phi(x)``, Phi the normal distribution function.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    approximate : bool, default False
        Take ``x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2`` instead.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Hendrycks and Gimpel, 2016.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.gelu([-1.0, 0.0, 1.0])
    array([-0.15865526,  0.        ,  0.8413447 ], dtype=float32)
    """
    return compute("gelu", x, approximate=approximate)


def silu(x: ArrayLike) -> Array:
    """``x * sigmoid(x)``, also called swish.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Ramachandran et al., 2017.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.silu([-1.0, 0.0, 1.0])
    array([-0.26894143,  0.        ,  0.7310586 ], dtype=float32)
    """
    return compute("silu", x)


def mish(x: ArrayLike) -> Array:
    """``x * tanh(softplus(x))``.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Misra, 2019.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.mish([-1.0, 0.0, 1.0])
    array([-0.30340147,  0.        ,  0.8650984 ], dtype=float32)
    """
    return compute("mish", x)


def softplus(x: ArrayLike) -> Array:
    """``log(1 + exp(x))``, a smooth rectifier.

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
    >>> activations.softplus([-1000.0, 0.0, 30.0])
    array([ 0.       ,  0.6931472, 30.       ], dtype=float32)
    """
    return compute("softplus", x)


def log_sigmoid(x: ArrayLike) -> Array:
    """``log(sigmoid(x))``, without overflow.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, at most 0.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.log_sigmoid([-30.0, 0.0])
    array([-30.       ,  -0.6931472], dtype=float32)
    """
    return compute("log_sigmoid", x)


def softsign(x: ArrayLike) -> Array:
    """``x / (1 + abs(x))``.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, from -1 to 1.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.softsign([-1.0, 0.0, 3.0])
    array([-0.5 ,  0.  ,  0.75], dtype=float32)
    """
    return compute("softsign", x)


def squareplus(x: ArrayLike, b: float = 4) -> Array:
    """``(x + sqrt(x**2 + b)) / 2``, a smooth rectifier without exponentials.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    b : float, default 4
        Smoothness.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Barron, 2021.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.squareplus([-1.5, 0.0, 1.5])
    array([0.5, 1. , 2. ], dtype=float32)
    """
    return compute("squareplus", x, b=b)


def tanh_shrink(x: ArrayLike) -> Array:
    """``x - tanh(x)``.

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
    >>> activations.tanh_shrink([0.0, 1000.0])
    array([  0., 999.], dtype=float32)
    """
    return compute("tanh_shrink", x)
