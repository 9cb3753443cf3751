"""Models: a stack of layers that trains and predicts."""

from __future__ import annotations

from fastdense.layers.input_layer import InputLayer
from fastdense.layers.layer import Layer, warn_about_input_shape
from fastdense.training import Trainer
from fastdense.utils.summary import print_summary

__all__ = ["Sequential"]


class Sequential(Trainer, Layer):
    """A stack of layers, each fed with the output of the one before.

    Parameters
    ----------
    layers : iterable of Layer, optional
        `Input` or an `InputLayer` may come first. Without one the model is built when it first
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

    def __init__(self, layers=None, trainable=True, name=None):
        Layer.__init__(self, trainable=trainable, name=name)
        Trainer.__init__(self)
        self._layers = []
        self._sample_shape = None  # of the input, without the batch
        for layer in layers or ():
            self.add(layer)

    # -- the stack ------------------------------------------------------------------------------

    @property
    def layers(self):
        """The layers, as a new list, without the `InputLayer`."""
        return list(self._layers)

    @layers.setter
    def layers(self, value):
        raise AttributeError(
            "`Sequential.layers` attribute is reserved and should not be used. Use `add()` and "
            "`pop()` to change the layers in this model."
        )

    def add(self, layer, rebuild=True):
        """Put a layer on top.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential()
        >>> model.add(keras.layers.Dense(10, activation="softmax"))
        >>> len(model.layers)
        1
        """
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
        shape = self.output_shape if self.built and self._layers else None
        if not self._layers and self._sample_shape is None:
            if layer._input_shape_argument is not None:
                warn_about_input_shape(layer)
                self._sample_shape = layer._input_shape_argument
            elif getattr(layer, "_sample_shape", None) is not None:  # a built Sequential
                self._sample_shape = layer._sample_shape
        if self._sample_shape is not None:
            self._build_layer(layer, shape or (None, *self._sample_shape))
            self.built = True
        self._layers.append(layer)
        self._forget_engine()

    def _set_input(self, layer):
        if self._layers or self._sample_shape is not None:
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{(None, *(self._sample_shape or ('?',)))}. You cannot add a different Input "
                "layer to it: put it first, and only one."
            )
        self._sample_shape = layer.batch_shape[1:]

    def pop(self, rebuild=True):
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

    def get_layer(self, name=None, index=None):
        """Return a layer by its name or its place.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(10, name="head")])
        >>> model.get_layer("head").units
        10
        """
        if (name is None) == (index is None):
            raise ValueError(f"Provide either a layer name or a layer index. Received: "
                             f"name={name}, index={index}.")
        if index is not None:
            if not -len(self._layers) <= index < len(self._layers):
                raise ValueError(f"Was asked to retrieve layer at index {index} but model only has "
                                 f"{len(self._layers)} layers.")
            return self._layers[index]
        for layer in self._layers:
            if layer.name == name:
                return layer
        raise ValueError(f"No such layer: {name}. Existing layers are: "
                         f"{[layer.name for layer in self._layers]}.")

    # -- building -------------------------------------------------------------------------------

    def build(self, input_shape=None):
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
            input_shape = (None, *self._sample_shape)
        sample_shape = tuple(input_shape)[1:]
        if self._sample_shape not in (None, sample_shape):
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{(None, *self._sample_shape)}. You cannot build it with input_shape "
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
            layer.build(shape)
        for variable in layer.weights:
            variable.path = f"{self.name}/{layer.name}/{variable.name}"
        return layer.compute_output_shape(shape)

    def check_input(self, shape):
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

    def compute_output_shape(self, input_shape):
        """Return the shape of the output for an input shape with its batch axis."""
        for layer in self._layers:
            input_shape = layer.compute_output_shape(input_shape)
        return tuple(input_shape)

    def _require_shape(self, what):
        if self._sample_shape is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined {what} yet.")
        return (None, *self._sample_shape)

    @property
    def input_shape(self):
        """Shape of the input with None for the batch; AttributeError before it is known."""
        return self._require_shape("input shape")

    @property
    def output_shape(self):
        """Shape of the output with None for the batch; AttributeError before it is known."""
        return self.compute_output_shape(self._require_shape("output shape"))

    # -- weights --------------------------------------------------------------------------------

    @property
    def dtype(self):
        """The dtype that the model computes in, that of its layers."""
        return self._layers[0].dtype if self._layers else self._dtype

    @dtype.setter
    def dtype(self, value):
        self._dtype = value

    @property
    def trainable(self):
        """Whether an optimizer may change the weights; sets all layers. Heeded at `compile()`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self):
        """All variables, layer by layer, kernel before bias."""
        return [v for layer in self._layers for v in layer.weights]

    variables = weights

    @property
    def trainable_weights(self):
        """The variables that an optimizer may change."""
        return [v for layer in self._layers for v in layer.trainable_weights] if (
            self.trainable) else []

    trainable_variables = trainable_weights

    @property
    def losses(self):
        """The regularization losses of all layers, as a list of float."""
        return [loss for layer in self._layers for loss in layer.losses]

    def held(self):
        """Return what the engine holds for all layers, a list of `Held`."""
        return [held for layer in self._layers for held in layer.held()]

    def stages(self, input_shape):
        """Return the engine's stages of all layers."""
        stages, shape = [], (None, *input_shape)
        for layer in self._layers:
            own = [stage._replace(trainable=stage.trainable and self.trainable)
                   for stage in layer.checked_stages(shape[1:])]
            shape = layer.compute_output_shape(shape)
            stages += layer.penalized(own, shape[1:])
        return stages

    # -- computing ------------------------------------------------------------------------------

    def __call__(self, inputs, training=None):
        """Return the output for an array of inputs, as :meth:`predict_on_batch`.

        With ``training=True`` noise is drawn and batch statistics are taken, as in a step of `fit`.
        """
        return self._outputs(self._read_inputs(inputs), bool(training))

    call = __call__

    # -- reading --------------------------------------------------------------------------------

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False,
                show_trainable=False, layer_range=None):
        """Print a table of the layers.

        Parameters
        ----------
        line_length : int, optional
            Width in characters. None means that of the terminal, 80 at most.
        positions, layer_range : optional
            Accepted and ignored.
        print_fn : callable, optional
            Called with the whole text instead of printing it.
        expand_nested : bool, default False
            Whether the layers of nested models are listed.
        show_trainable : bool, default False
            Whether to add a column that says if a layer is trained.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)], name="small")
        >>> model.summary(print_fn=lambda text: print(text.splitlines()[0]))
        Model: "small"
        """
        print_summary(self, line_length, print_fn or print, expand_nested, show_trainable)

    def get_config(self):
        """Return name, trainable and the layers' configs as a dict of plain values."""
        return {
            "name": self.name,
            "trainable": self.trainable,
            "layers": [{"class_name": type(layer).__name__, "config": layer.get_config()}
                       for layer in self._layers],
            "build_input_shape": None if self._sample_shape is None else self.input_shape,
        }

    def __getstate__(self):
        self._forget_engine()  # its memory is made anew from the variables
        return {name: value for name, value in self.__dict__.items() if name != "_busy"}

    def __setstate__(self, state):
        fresh = type(self).__new__(type(self))
        Trainer.__init__(fresh)
        self.__dict__.update(fresh.__dict__)
        self.__dict__.update(state)
