"""An activation as a layer of its own."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING

from fastdense import activations, registry
from fastdense.kernels.rules import Stage
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import ActivationLike, Array, Config

__all__ = ["Activation", "ActivationLayer"]


def activation_of(identifier):
    """Return the activation that an identifier means: a function, or a layer without weights."""
    if isinstance(identifier, dict) and identifier.get("class_name") != "function":
        from fastdense import layers  # all of them, once they are there

        known = filter(inspect.isclass, (getattr(layers, name) for name in layers.__all__))
        return registry.get(identifier, registry.catalogue(*known), "activation function")
    return activations.get(identifier)


def activation_stages(activation, input_shape):
    """Return the stages of an activation on samples of this shape."""
    if isinstance(activation, Layer):
        if not activation.built or activation.held():
            raise ValueError(f"activation: expected a function, or a layer without weights or "
                             f"noise. Received: {activation}. Add it as a layer of its own.")
        return activation.checked_stages(input_shape)
    n = input_shape[-1]
    name, parameters = activations.compiled(activation)
    return [Stage("activation", n, n, math.prod(input_shape[:-1]), name, parameters=parameters)]


class ActivationLayer(Layer):
    """A layer that is one activation: a subclass has an attribute `activation`, the function."""

    min_ndim = 2
    activation: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return ``activation(inputs)``."""
        return self.activation(inputs)

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the one activation stage."""
        return activation_stages(self.activation, input_shape)


class Activation(ActivationLayer):
    """Apply an activation function; softmax works on the last axis.

    Parameters
    ----------
    activation : str, function of :mod:`fastdense.activations` or layer without weights
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If the activation is unknown.

    Notes
    -----
    relu, sigmoid and tanh cost nothing after a linear `Dense`: the engine runs both as one.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.Activation("relu")(np.array([[-1.0, 2.0]]))
    array([[0., 2.]], dtype=float32)
    """

    def __init__(self, activation: ActivationLike, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation_of(activation)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
