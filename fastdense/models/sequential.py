"""A stack of layers: how it grows, when it is built, what shapes it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.keras_tensor import KerasTensor
from fastdense.layers import InputLayer, Layer
from fastdense.layers.serialization import KNOWN
from fastdense.training import Trainer

from .model import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from fastdense._types import Array, Shape
    from fastdense.kernels.holding import Held
    from fastdense.kernels.rules import Stage

__all__ = ["Sequential"]


class Sequential(Model):
    """A stack of layers, each fed with the output of the one before.

    Parameters
    ----------
    layers : iterable of Layer, optional
        An `Input` or `InputLayer` may come first. Without one the model is built when it first
        sees data.
    trainable : bool, default True
    name : str, optional

    Raises
    ------
    ValueError
        If something is not a layer, two layers share a name, or shapes do not fit.

    Examples
    --------
    >>> import fastdense as keras
    >>> model = keras.Sequential([
    ...     keras.Input((784,)),
    ...     keras.layers.Dense(512, activation="relu"),
    ...     keras.layers.Dense(10, activation="softmax"),
    ... ])
    >>> model.count_params()
    407050
    """

    def __init__(self, layers: Iterable[Layer | KerasTensor] | None = None, trainable: bool = True,
                 name: str | None = None) -> None:
        Layer.__init__(self, trainable=trainable, name=name)
        Trainer.__init__(self)
        self._layers: list[Layer] = []
        self._input_layer = None  # what `Input` gave, if the user said it
        self._sample_shape: Shape | None = None  # of the input, without the batch
        for layer in layers or ():
            self.add(layer)

    # -- the stack ------------------------------------------------------------------------------

    def add(self, layer: Layer | KerasTensor, rebuild: bool = True) -> None:
        """Put a layer on top; an `Input` goes below all.

        Parameters
        ----------
        layer : Layer or KerasTensor of `Input`
        rebuild : bool, default True
            Accepted for Keras's signature; a model whose input is known is always built.

        Raises
        ------
        ValueError
            If it is no layer, its name is taken, or it does not fit. The model stays as it was.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential()
        >>> model.add(keras.layers.Dense(10, activation="softmax"))
        >>> len(model.layers)
        1
        """
        if isinstance(layer, KerasTensor) and layer.input_layer is not None:
            layer = layer.input_layer
        if not isinstance(layer, Layer):
            raise ValueError(
                "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
                f"{layer} (of type {type(layer)})"
            )
        if isinstance(layer, InputLayer):
            self._set_input(layer)
            return
        if any(layer.name == other.name for other in self._layers):
            raise ValueError(
                f"All layers added to a Sequential model should have unique names. Name "
                f"\"{layer.name}\" is already the name of a layer in this model. Update the "
                "`name` argument to pass a unique name."
            )
        if not self._layers and self._sample_shape is None:
            if layer._input_shape_argument is not None:
                self._set_input(InputLayer(layer._input_shape_argument, dtype=layer.dtype))
            else:
                self._sample_shape = getattr(layer, "_sample_shape", None)  # of a built Sequential
        if self._sample_shape is not None:
            self._build_layer(layer, self.output_shape)
            self.built = True
        self._layers.append(layer)
        self._forget_engine()

    def _set_input(self, layer):
        if self._layers or self._sample_shape is not None:
            shape = self.input_shape if self._sample_shape is not None else "of its first data"
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{shape}. You cannot add a different Input layer to it: put it first, and only "
                "one."
            )
        if None in layer.batch_shape[1:]:
            raise ValueError(
                f"Sequential model '{self.name}': expected an Input whose axes are all known but "
                f"the batch. Received: {layer.batch_shape}. Leave the Input out, and the model is "
                "built for the shape of its first data."
            )
        self._input_layer = layer
        self._sample_shape = layer.batch_shape[1:]

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off and return it.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(10, name="head")])
        >>> model.pop().name
        'head'
        """
        if not self._layers:
            raise ValueError(f"Sequential model '{self.name}' has no layers to pop.")
        self._forget_engine()
        self.built = self.built and len(self._layers) > 1
        return self._layers.pop()

    # -- building -------------------------------------------------------------------------------

    def build(self, input_shape: Sequence[int | None] | None = None) -> None:
        """Make the weights, for inputs of this shape, batch axis included.

        Parameters
        ----------
        input_shape : tuple of int or None, optional
            None takes the shape the model was given.

        Raises
        ------
        ValueError
            If there are no layers, no shape, or another shape than before.
        """
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. Call "
                "`model.add(layer)`."
            )
        if input_shape is None:
            if self._sample_shape is None:
                raise ValueError("You must provide an `input_shape` argument, such as (None, 784).")
            input_shape = self.input_shape
        sample_shape = tuple(input_shape)[1:]
        if self._sample_shape not in (None, sample_shape):
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self.input_shape}. You cannot build it with input_shape "
                f"{tuple(input_shape)}."
            )
        shape = (None, *sample_shape)
        for layer in self._layers:
            shape = self._build_layer(layer, shape)
        self._sample_shape = sample_shape
        self.built = True

    def _build_layer(self, layer, shape):
        """Build one layer, unless it is; return the shape of its output."""
        layer.check_input(shape)
        if self._layers and layer.dtype != self.dtype:
            raise ValueError(
                f"Sequential: expected layers of one dtype, {self.dtype} as the first. "
                f"Received: layer '{layer.name}' of dtype {layer.dtype}."
            )
        if not layer.built:
            layer._build_whole(shape)
            for variable in layer.weights:
                variable.path = f"{self.name}/{variable.path}"
        return layer.compute_output_shape(shape)

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the model."""
        if self._layers:
            self._layers[0].check_input(shape)

    def _check_samples(self, shape):
        """Raise ValueError unless samples of this shape are what the model was built for."""
        if shape[1:] != self._sample_shape:
            self.check_input(shape)
            raise ValueError(
                f"Sequential '{self.name}': expected samples of shape {self._sample_shape}, as "
                f"built. Received: x of shape {shape}."
            )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the output for an input shape with its batch axis."""
        for layer in self._layers:
            input_shape = layer.compute_output_shape(input_shape)
        return tuple(input_shape)

    def _require_shape(self, what):
        if self._sample_shape is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined {what} yet.")
        batch = None if self._input_layer is None else self._input_layer.batch_shape[0]
        return (batch, *self._sample_shape)

    @property
    def input_shape(self) -> Shape:
        """Shape of the input, batch first, often None; AttributeError before it is known."""
        return self._require_shape("input shape")

    @property
    def output_shape(self) -> Shape:
        """Shape of the output, batch first, often None; AttributeError before it is known."""
        return self.compute_output_shape(self._require_shape("output shape"))

    @property
    def inputs(self) -> list[KerasTensor]:
        """A list of one `KerasTensor`, the input; AttributeError before its shape is known."""
        shape = self._require_shape("inputs")
        layer = self._input_layer or InputLayer(batch_shape=shape, dtype=self.dtype)
        return [layer.output]

    @property
    def outputs(self) -> list[KerasTensor]:
        """A list of one `KerasTensor`, the output; AttributeError before its shape is known."""
        shape = self.compute_output_shape(self._require_shape("outputs"))
        return [KerasTensor(shape, self.dtype)]

    def held(self) -> list[Held]:
        """Return what the engine holds for all layers, a list of `Held`."""
        return [held for layer in self._layers for held in layer.held()]

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the engine's stages of all layers."""
        stages: list[Stage] = []
        shape: Shape = (None, *input_shape)
        for layer in self._layers:
            own = [stage._replace(trainable=stage.trainable and self.trainable)
                   for stage in layer.checked_stages(shape[1:])]
            shape = layer.compute_output_shape(shape)
            stages += layer.penalized(own, shape[1:])
        return stages

    # -- computing ------------------------------------------------------------------------------

    def __call__(self, inputs: ArrayLike, training: bool | None = None) -> Array:
        """Return the output for an array of inputs, as :meth:`predict_on_batch`.

        With ``training=True`` noise is drawn and batch statistics are taken, as in a step of `fit`.
        """
        return self._outputs(self._read_inputs(inputs), bool(training))

    call = __call__


KNOWN["Sequential"] = Sequential  # a file may name it
