"""The rectifier with slopes that are learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import constraints, initializers, regularizers
from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.axes import together
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Config, ConstraintLike, InitializerLike, RegularizerLike, Shape

__all__ = ["PReLU"]


class PReLU(Layer):
    """``inputs`` above zero, ``alpha * inputs`` below, with a trained alpha.

    Parameters
    ----------
    alpha_initializer : str or object, default "zeros"
    alpha_regularizer, alpha_constraint : str or object, optional
    shared_axes : int or list of int, optional
        Axes, counted from 1, along which the same alpha is used.
    **kwargs
        As for :class:`Layer`.

    Attributes
    ----------
    alpha : Variable
        Of a sample's shape, with 1 for shared axes.

    Notes
    -----
    Source: He et al., Delving Deep into Rectifiers, 2015.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.PReLU(alpha_initializer="ones")([[-1.0, 2.0]])
    array([[-1.,  2.]], dtype=float32)
    """

    min_ndim = 2

    def __init__(self, alpha_initializer: InitializerLike = "Zeros",
                 alpha_regularizer: RegularizerLike = None, alpha_constraint: ConstraintLike = None,
                 shared_axes: int | Sequence[int] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if shared_axes is not None:
            shared_axes = (list(shared_axes) if isinstance(shared_axes, (list, tuple))
                           else [shared_axes])
        self.shared_axes: Any = shared_axes
        self.alpha: Any = None

    def build(self, input_shape: Shape) -> None:
        """Make alpha for inputs of this shape, batch axis included."""
        self.check_input(input_shape)
        shared = self.shared_axes or []
        shape = tuple(1 if i in shared else n for i, n in enumerate(input_shape) if i > 0)
        if any(not 1 <= axis < len(input_shape) for axis in shared) or None in shape:
            raise ValueError(f"PReLU: expected axes that are shared to be from 1 to "
                             f"{len(input_shape) - 1}, and the others to be known. Received: "
                             f"shared_axes={self.shared_axes}, input shape {tuple(input_shape)}.")
        self.alpha = self.add_weight(
            shape=shape, initializer=self.alpha_initializer, name="alpha",
            regularizer=self.alpha_regularizer, constraint=self.alpha_constraint)
        self.built = True

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the layer."""
        super().check_input(shape)
        if self.built and (len(shape) != self.alpha.ndim + 1 or any(
                n not in (1, there) for n, there in zip(self.alpha.shape, shape[1:], strict=True))):
            raise ValueError(
                f"Input 0 of layer \"{self.name}\" is incompatible with the layer: expected "
                f"samples that alpha of shape {self.alpha.shape} fits, but received input with "
                f"shape {tuple(shape)}")

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the stage, on rows of what is not shared."""
        own = [i for i in range(1, len(input_shape) + 1) if i not in (self.shared_axes or [])]
        return together(input_shape, own, lambda rows, n: [
            Stage("prelu", n, n, rows, use_bias=False, trainable=self.trainable)])

    def held(self) -> list[Held]:
        """Return alpha, which the engine holds."""
        return [Held(self.alpha)]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {
            **super().get_config(),
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }
