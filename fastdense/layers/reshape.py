"""Samples in another shape, or with their axes in another order."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

from fastdense.kernels.rules import Stage
from fastdense.layers.axes import rearranged
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Array, Config, Shape

__all__ = ["Permute", "Reshape"]


class Reshape(Layer):
    """Give each sample another shape of as many numbers.

    Parameters
    ----------
    target_shape : tuple of int
        Without the batch. One entry may be -1: what the others leave.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If the shape is not made of positive integers and one -1 at most, or an input does not fit.

    Notes
    -----
    As the first layer it costs nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.Reshape((2, -1))(np.zeros((5, 12))).shape
    (5, 2, 6)
    """

    min_ndim = 2

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target_shape = tuple(target_shape)
        wrong = [n for n in target_shape if isinstance(n, bool)
                 or not isinstance(n, numbers.Integral) or (n <= 0 and n != -1)]
        if wrong or target_shape.count(-1) > 1:
            raise ValueError(
                "Reshape: expected target_shape to be made of positive integers and there must be "
                f"at most one unknown dimension (-1). Received: target_shape={target_shape}")
        self.target_shape = target_shape
        self.built = True

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the batch axis and the target shape, -1 filled in."""
        sample = tuple(input_shape[1:])
        if None in sample:
            return (input_shape[0], *(None if n == -1 else n for n in self.target_shape))
        size, known = math.prod(sample), math.prod(n for n in self.target_shape if n != -1)
        if size % known or (-1 not in self.target_shape and size != known):
            raise ValueError(
                f"The total size of the tensor must be unchanged. Received: input_shape={sample}, "
                f"target_shape={self.target_shape}")
        return (input_shape[0], *(size // known if n == -1 else n for n in self.target_shape))

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return `inputs` reshaped."""
        return inputs.reshape(self.compute_output_shape(inputs.shape))

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return a reshape, or nothing if rows stay as long as they are."""
        n = input_shape[-1]
        n_out = self.compute_output_shape((None, *input_shape))[-1] if self.target_shape else 1
        return [] if n == n_out else [Stage("reshape", n, n_out, math.prod(input_shape[:-1]))]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "target_shape": self.target_shape}


class Permute(Layer):
    """Put the axes of each sample in another order.

    Parameters
    ----------
    dims : tuple of int
        The input's axes in the order wanted, counted from 1: ``(2, 1)`` transposes.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If `dims` is no permutation, or an input has another number of axes.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.Permute((2, 1))(np.zeros((5, 3, 4))).shape
    (5, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in "
                f"`dims` must be consecutive and start from 1. Received dims={dims}")
        self.built = True

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input has another number of axes."""
        if len(shape) != len(self.dims) + 1:
            raise ValueError(
                f"Input 0 of layer \"{self.name}\" is incompatible with the layer: expected "
                f"ndim={len(self.dims) + 1}, found ndim={len(shape)}. Full shape received: "
                f"{tuple(shape)}")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape with its axes in the order of `dims`."""
        return (input_shape[0], *(input_shape[i] for i in self.dims))

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return `inputs` transposed."""
        return inputs.transpose(0, *self.dims)

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the stage that reorders a sample's numbers."""
        order = [i - 1 for i in self.dims]
        return rearranged(input_shape, order, input_shape[order[-1]])

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "dims": self.dims}
