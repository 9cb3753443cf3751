"""Normalization of each sample by its own statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.axes import positions, together
from fastdense.layers.vectors import Scaled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Config, ConstraintLike, InitializerLike, RegularizerLike, Shape

__all__ = ["LayerNormalization"]


class LayerNormalization(Scaled):
    """``gamma * (inputs - mean) / sqrt(variance + epsilon) + beta``, sample by sample.

    Parameters
    ----------
    axis : int or list of int, default -1
        Mean and variance are taken over these axes, and gamma and beta have their shape.
    epsilon : float, default 0.001
        Added to the variance.
    center, scale : bool, default True
        Whether there are a beta to add and a gamma to multiply by.
    beta_initializer, gamma_initializer : str or object
        "zeros" and "ones".
    beta_regularizer, gamma_regularizer : str or object, optional
    beta_constraint, gamma_constraint : str or object, optional
    **kwargs
        As for :class:`Layer`.

    Attributes
    ----------
    gamma, beta : Variable, or None without `scale` or `center`

    Raises
    ------
    TypeError
        If `axis` is neither an integer nor a list of them.
    ValueError
        If an argument does not fit.

    Notes
    -----
    The variance is the biased one. Source: Ba, Kiros and Hinton, Layer Normalization, 2016.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.LayerNormalization(epsilon=0.0)([[1.0, 3.0]])
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-3, center: bool = True,
                 scale: bool = True, beta_initializer: InitializerLike = "zeros",
                 gamma_initializer: InitializerLike = "ones",
                 beta_regularizer: RegularizerLike = None,
                 gamma_regularizer: RegularizerLike = None, beta_constraint: ConstraintLike = None,
                 gamma_constraint: ConstraintLike = None, **kwargs: Any) -> None:
        rms_scaling = kwargs.pop("rms_scaling", False)  # in configs of Keras
        super().__init__(
            epsilon, center, scale,
            {"beta_initializer": beta_initializer, "gamma_initializer": gamma_initializer,
             "beta_regularizer": beta_regularizer, "gamma_regularizer": gamma_regularizer,
             "beta_constraint": beta_constraint, "gamma_constraint": gamma_constraint}, **kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError("Expected an int or a list/tuple of ints for the argument 'axis', but "
                            f"received: {axis!r}")
        if rms_scaling:
            raise ValueError("LayerNormalization: expected rms_scaling=False, which is deprecated "
                             f"in Keras. Received: rms_scaling={rms_scaling}")
        self.axis = list(axis) if isinstance(axis, (list, tuple)) else axis

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta for inputs of this shape, batch axis included."""
        self.check_input(input_shape)
        axes = positions(self.axis, len(input_shape))
        shape = tuple(input_shape[axis] for axis in axes)
        if not axes or axes[0] == 0 or None in shape:
            raise ValueError("LayerNormalization: expected one or more axes of known length, not "
                             f"the batch. Received: axis={self.axis}, input shape "
                             f"{tuple(input_shape)}.")
        self._shape = shape
        self.add_gamma_and_beta(shape)
        self.built = True

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the layer."""
        super().check_input(shape)
        there = tuple(shape[axis] for axis in positions(self.axis, len(shape)))
        if self.built and there != self._shape:
            raise ValueError(
                f"Input 0 of layer \"{self.name}\" is incompatible with the layer: expected axes "
                f"{self.axis} of the input to have shape {self._shape}, but received input with "
                f"shape {tuple(shape)}")

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the normalization, between the stages that bring other axes to the end."""
        return together(input_shape, positions(self.axis, len(input_shape) + 1), lambda rows, n: [
            Stage("layer_normalization", n, n, rows, use_bias=self.center, use_kernel=self.scale,
                  trainable=self.trainable, parameters=(self.epsilon,))])

    def held(self) -> list[Held]:
        """Return gamma and beta, which the engine holds."""
        return [Held(self.gamma, self.beta)]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "rms_scaling": False}
