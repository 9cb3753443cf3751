"""Softmax as a layer, along any axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.kernels.rules import Stage
from fastdense.layers.axes import positions, together
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Config

__all__ = ["Softmax"]


class Softmax(Layer):
    """``exp(inputs) / sum(exp(inputs))`` along an axis, or over several together.

    Parameters
    ----------
    axis : int or list of int, default -1
        Not the batch axis.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If an input has no such axis, or it is the batch.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.Softmax()([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    min_ndim = 2

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.built = True

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the activation stage, between the two that bring other axes to the end and back.
        """
        axes = positions(self.axis, len(input_shape) + 1)
        if axes[0] == 0:
            raise ValueError(f"Softmax: expected axes other than the batch's. Received: "
                             f"axis={self.axis}")
        return together(input_shape, axes, lambda rows, n: [
            Stage("activation", n, n, rows, "softmax")])

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "axis": self.axis}
