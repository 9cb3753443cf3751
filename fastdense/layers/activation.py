"""An activation as a layer of its own."""

from __future__ import annotations

import math

from fastdense import activations
from fastdense.kernels.rules import Stage
from fastdense.layers.layer import Layer

__all__ = ["Activation", "ActivationLayer"]


class ActivationLayer(Layer):
    """A layer that is one activation: a subclass has an attribute `activation`, the function."""

    min_ndim = 2

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.built = True

    def call(self, inputs, training=None):
        """Return ``activation(inputs)``."""
        return self.activation(inputs)

    def stages(self, input_shape):
        """Return the one activation stage."""
        n = input_shape[-1]
        name, parameters = activations.compiled(self.activation)
        return [Stage("activation", n, n, math.prod(input_shape[:-1]), name,
                      parameters=parameters)]


class Activation(ActivationLayer):
    """Apply an activation function; softmax works on the last axis.

    Parameters
    ----------
    activation : str or function of :mod:`fastdense.activations`
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

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def get_config(self):
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
