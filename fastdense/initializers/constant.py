"""Initializers that draw nothing: zeros, ones, a constant, the identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .base import Initializer, dtype_or_floatx

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config

__all__ = ["Constant", "Identity", "Ones", "Zeros"]


class Zeros(Initializer):
    """Zeros, the usual first bias.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.Zeros()((2,))
    array([0., 0.], dtype=float32)
    """

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        return np.zeros(shape, dtype_or_floatx(dtype))


class Ones(Initializer):
    """Ones.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.Ones()((2,))
    array([1., 1.], dtype=float32)
    """

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        return np.ones(shape, dtype_or_floatx(dtype))


class Constant(Initializer):
    """One value everywhere, or an array that is broadcast to the shape.

    Parameters
    ----------
    value : float or array_like, default 0.0

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.Constant(0.1)((2,))
    array([0.1, 0.1], dtype=float32)
    """

    def __init__(self, value: ArrayLike = 0.0) -> None:
        self.value = value

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        return np.full(shape, self.value, dtype_or_floatx(dtype))

    def get_config(self) -> Config:
        return {"value": np.asarray(self.value).tolist()}


class Identity(Initializer):
    """The identity matrix times `gain`; only for kernels, which have two axes.

    Parameters
    ----------
    gain : float, default 1.0

    Raises
    ------
    ValueError
        When called with a shape that has not two axes.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.Identity(gain=3.0)((2, 2))
    array([[3., 0.],
           [0., 3.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        if len(shape) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        return (self.gain * np.eye(*shape)).astype(dtype_or_floatx(dtype))

    def get_config(self) -> Config:
        return {"gain": self.gain}
