"""Scaling of the inputs inside the model."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

from fastdense.kernels.rules import Stage
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Array, Config

__all__ = ["Rescaling"]


class Rescaling(Layer):
    """Compute ``inputs * scale + offset``.

    Parameters
    ----------
    scale : float
    offset : float, default 0.0
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If `scale` or `offset` is not a number.

    Notes
    -----
    As the first layer it costs nothing: the engine scales while it reads the batch. uint8 images
    go into the model as they are, at a quarter of the memory.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.Rescaling(1 / 255)(np.array([[0, 255]], dtype="uint8"))
    array([[0., 1.]], dtype=float32)
    """

    def __init__(self, scale: float, offset: float = 0.0, **kwargs: Any) -> None:
        for argument, value in (("scale", scale), ("offset", offset)):
            if not isinstance(value, numbers.Real):
                raise ValueError(f"Rescaling: expected {argument} to be a number. Received: "
                                 f"{argument}={value!r}.")
        super().__init__(**kwargs)
        self.scale = float(scale)
        self.offset = float(offset)
        self.built = True

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return ``inputs * scale + offset`` in the layer's dtype."""
        return inputs * inputs.dtype.type(self.scale) + inputs.dtype.type(self.offset)

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the one affine stage."""
        n = input_shape[-1]
        return [Stage("affine", n, n, math.prod(input_shape[:-1]), scale=self.scale,
                      offset=self.offset)]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "scale": self.scale, "offset": self.offset}
