"""Activations made of straight lines and parabolas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.activations.rules import compute

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = [
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "sparse_plus",
    "sparse_sigmoid",
]


def hard_tanh(x: ArrayLike) -> Array:
    """``x`` clipped to [-1, 1].

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
    >>> activations.hard_tanh([-3.0, 0.5, 3.0])
    array([-1. ,  0.5,  1. ], dtype=float32)
    """
    return compute("hard_tanh", x)


def hard_sigmoid(x: ArrayLike) -> Array:
    """``x / 6 + 1 / 2`` clipped to [0, 1].

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
    >>> activations.hard_sigmoid([-4.0, 0.0, 4.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return compute("hard_sigmoid", x)


def hard_silu(x: ArrayLike) -> Array:
    """``x * hard_sigmoid(x)``, also called hard_swish.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Howard et al., 2019.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.hard_silu([-4.0, 1.5, 4.0])
    array([-0.   ,  1.125,  4.   ], dtype=float32)
    """
    return compute("hard_silu", x)


def sparse_sigmoid(x: ArrayLike) -> Array:
    """``(x + 1) / 2`` clipped to [0, 1].

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Source: Blondel, Martins and Niculae, 2019.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.sparse_sigmoid([-2.0, 0.0, 2.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return compute("sparse_sigmoid", x)


def sparse_plus(x: ArrayLike) -> Array:
    """0 up to -1, ``(x + 1)**2 / 4`` up to 1, then ``x``.

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
    >>> activations.sparse_plus([-2.0, 0.0, 2.0])
    array([0.  , 0.25, 2.  ], dtype=float32)
    """
    return compute("sparse_plus", x)
