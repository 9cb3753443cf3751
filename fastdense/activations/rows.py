"""Activations that see a whole axis: softmax and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense.activations.rules import compute, compute_rows
from fastdense.utils.arrays import as_float

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = [
    "glu",
    "log_softmax",
    "softmax",
    "sparsemax",
]


def softmax(x: ArrayLike, axis: int = -1) -> Array:
    """Exponentials divided by their sum: ``exp(x) / sum(exp(x))`` along `axis`.

    The largest value is subtracted first, so nothing overflows.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    axis : int, default -1
        None takes the whole array as one row.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype; every row sums to 1.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.softmax([[0.0, 0.0, 1000.0], [1.0, 1.0, 1.0]]).round(3)
    array([[0.   , 0.   , 1.   ],
           [0.333, 0.333, 0.333]], dtype=float32)
    """
    return compute_rows("softmax", x, axis)


def log_softmax(x: ArrayLike, axis: int = -1) -> Array:
    """Logarithm of the softmax: ``x - log(sum(exp(x)))`` along `axis`.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    axis : int, default -1
        None takes the whole array as one row.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, at most 0.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.log_softmax([[0.0, 0.0]])
    array([[-0.6931472, -0.6931472]], dtype=float32)
    """
    return compute_rows("log_softmax", x, axis)


def sparsemax(x: ArrayLike, axis: int = -1) -> Array:
    """The distribution nearest to `x`: ``max(x - tau, 0)`` with the tau that makes the sum 1.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    axis : int, default -1
        None takes the whole array as one row.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype; every row sums to 1 (not so in Keras 3.15.1). Source: Martins
        and Astudillo, 2016.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.sparsemax([[1.0, 1.5, -2.0]])
    array([[0.25, 0.75, 0.  ]], dtype=float32)
    """
    return compute_rows("sparsemax", x, axis)


def glu(x: ArrayLike, axis: int = -1) -> Array:
    """Gated linear unit: the first half of `axis` times the sigmoid of the second.

    Parameters
    ----------
    x : array_like of float32 or float64
        Other dtypes become :func:`fastdense.config.floatx`.
    axis : int, default -1
        Of even length.

    Returns
    -------
    ndarray
        Of `x`'s dtype, half as long along `axis`. Source: Dauphin et al., 2017.

    Raises
    ------
    ValueError
        If the axis has an odd length.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.glu([[3.0, 4.0, 0.0, 1000.0]])
    array([[1.5, 4. ]], dtype=float32)
    """
    x = as_float(x)
    if x.shape[axis] % 2:
        raise ValueError(f"glu: axis size must be divisible by 2. Received: x.shape={x.shape} "
                         f"with axis={axis}.")
    values, gates = np.split(x, 2, axis=axis)
    return values * compute("sigmoid", gates)
