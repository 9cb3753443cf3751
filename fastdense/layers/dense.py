"""The fully connected layer."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

from fastdense import activations, constraints, initializers, ops, regularizers
from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.activation import activation_of, activation_stages
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import (
        ActivationLike,
        Array,
        Config,
        ConstraintLike,
        Function,
        InitializerLike,
        RegularizerLike,
        Shape,
    )
    from fastdense.variable import Variable

__all__ = ["Dense"]


class Dense(Layer):
    """Fully connected layer, ``activation(x @ kernel + bias)``.

    Parameters
    ----------
    units : int
        Width of the output.
    activation : str, function of :mod:`fastdense.activations` or layer without weights, optional
        None is linear.
    use_bias : bool, default True
    kernel_initializer, bias_initializer : str, object or callable
        First values; "glorot_uniform" and "zeros".
    kernel_regularizer, bias_regularizer : str or object, optional
        Penalties added to the loss.
    activity_regularizer : str or L1L2, optional
        Penalty on the output, divided by the batch size, added to the loss.
    kernel_constraint, bias_constraint : str or object, optional
        Applied after every update.
    lora_rank, lora_alpha, quantization_config : None
        Accepted for Keras's signature; anything else is an error.
    **kwargs
        As for :class:`Layer`.

    Attributes
    ----------
    kernel : Variable of shape (n_in, units)
    bias : Variable of shape (units,), or None without bias

    Raises
    ------
    ValueError
        If `units` is not a positive integer, or an argument is unknown.

    Notes
    -----
    Input shape (batch, ..., n_in), output shape (batch, ..., units): the kernel works on the last
    axis. Numbers too small for full precision (below 1.2e-38 in float32) count as zero.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layer = layers.Dense(2, activation="relu", kernel_initializer="ones")
    >>> layer(np.array([[1.0, 2.0]]))
    array([[3., 3.]], dtype=float32)
    """

    min_ndim = 2
    units: int
    use_bias: bool
    bias: Variable | None
    kernel_initializer: Any
    bias_initializer: Any
    kernel_regularizer: Any
    bias_regularizer: Any
    kernel_constraint: Any
    bias_constraint: Any
    _kernel: Variable | None

    def __init__(self, units: int, activation: ActivationLike = None, use_bias: bool = True,
                 kernel_initializer: InitializerLike = "glorot_uniform",
                 bias_initializer: InitializerLike = "zeros",
                 kernel_regularizer: RegularizerLike = None,
                 bias_regularizer: RegularizerLike = None,
                 activity_regularizer: RegularizerLike = None,
                 kernel_constraint: ConstraintLike = None, bias_constraint: ConstraintLike = None,
                 lora_rank: None = None, lora_alpha: None = None, quantization_config: None = None,
                 **kwargs: Any) -> None:
        if isinstance(units, bool) or not isinstance(units, numbers.Integral) or units <= 0:
            raise ValueError(
                "Received an invalid value for `units`, expected a positive integer. Received: "
                f"units={units}"
            )
        unsupported = {"lora_rank": lora_rank, "lora_alpha": lora_alpha,
                       "quantization_config": quantization_config}
        for argument, value in unsupported.items():
            if value is not None:
                raise ValueError(f"Dense: expected {argument}=None, fastdense does not have it. "
                                 f"Received: {argument}={value!r}.")
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activation
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self._kernel = None
        self.bias = None

    @property
    def activation(self) -> Function:
        """The activation function; set it by name or function, before ``compile()``."""
        return self._activation

    @activation.setter
    def activation(self, value: Any) -> None:
        self._activation = activation_of(value)

    @property
    def kernel(self) -> Variable:
        """The Variable of shape (n_in, units)."""
        if self._kernel is None:
            raise AttributeError("You must build the layer before accessing `kernel`.")
        return self._kernel

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias for inputs of this shape, batch axis included."""
        self.check_input(input_shape)
        n_in = input_shape[-1]
        if n_in is None:
            raise ValueError(f"Dense: expected the last axis of the input shape to be known. "
                             f"Received: {input_shape}.")
        self._kernel = self.add_weight(
            (n_in, self.units), self.kernel_initializer, regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint, name="kernel")
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,), self.bias_initializer, regularizer=self.bias_regularizer,
                constraint=self.bias_constraint, name="bias")
        self.built = True

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the layer."""
        super().check_input(shape)
        if self.built and shape[-1] != self.kernel.shape[0]:
            raise ValueError(
                f"Input 0 with name 'None' of layer '{self.name}' is incompatible with the layer: "
                f"expected axis -1 of input shape to have value {self.kernel.shape[0]}, but "
                f"received input with shape {tuple(shape)}. {_advice(shape, self.kernel.shape[0])}"
            )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(*input_shape[:-1], units)``."""
        return (*input_shape[:-1], self.units)

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Compute ``activation(inputs @ kernel + bias)`` on an array of the layer's dtype."""
        bias = None if self.bias is None else self.bias.value
        return self.activation(ops.dense(inputs, self.kernel.value, bias))

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the dense stage, with its activation in it unless that is a layer."""
        dense = Stage("dense", input_shape[-1], self.units, math.prod(input_shape[:-1]),
                      use_bias=self.use_bias, trainable=self.trainable)
        after = activation_stages(self.activation, self.compute_output_shape(input_shape))
        if after and after[0].kind == "activation":
            first = after.pop(0)
            dense = dense._replace(activation=first.activation, parameters=first.parameters)
        return [dense, *after]

    def held(self) -> list[Held]:
        """Return kernel and bias, which the engine holds."""
        return [Held(self.kernel, self.bias)]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }


def _advice(shape, expected):
    if None not in shape[1:] and math.prod(shape[1:]) == expected:
        return "Flatten it first, e.g. x.reshape(len(x), -1)."
    return f"Pass rows of {expected} features, or build a new model for this data."
