"""From samples of any shape to one row each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fastdense.kernels.rules import Stage
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Array, Config, Shape

__all__ = ["Flatten"]


class Flatten(Layer):
    """Lay the axes of a sample end to end: (batch, 28, 28) becomes (batch, 784).

    Parameters
    ----------
    data_format : {"channels_last"}, optional
        Kept for Keras's signature; other orders have no meaning without images.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If `data_format` is another one.

    Notes
    -----
    As the first layer it costs nothing: the input is read where it lies.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.Flatten()(np.zeros((2, 28, 28))).shape
    (2, 784)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        if data_format not in (None, "channels_last"):
            raise ValueError(f"Flatten: expected data_format None or \"channels_last\". Received: "
                             f"data_format={data_format!r}. Transpose the data instead.")
        super().__init__(**kwargs)
        self.data_format = data_format
        self.built = True

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return (batch, product of the other axes)."""
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return `inputs` reshaped to (batch, n)."""
        return inputs.reshape(self.compute_output_shape(inputs.shape))

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return a reshape, or nothing for samples that are rows already."""
        if len(input_shape) == 1:
            return []
        n, rows = input_shape[-1], math.prod(input_shape[:-1])
        return [Stage("reshape", n, rows * n, rows)]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "data_format": self.data_format}
