"""What every model is: layers that are looked at, weighed, summed up and trained together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.layers import Layer
from fastdense.saving.saveable import Saveable
from fastdense.training import Trainer
from fastdense.utils.summary import print_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from fastdense.variable import Variable

__all__ = ["Model"]


class Model(Saveable, Trainer, Layer):
    """Base class of models, for ``isinstance``; make a :class:`Sequential`.

    Raises
    ------
    NotImplementedError
        When it is made itself, or by a subclass that is no Sequential.

    Examples
    --------
    >>> import fastdense as keras
    >>> isinstance(keras.Sequential(), keras.Model)
    True
    """

    _layers: list[Layer]  # set by the constructor of Sequential, as its variables

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            f"{type(self).__name__}: models of the functional API (`Model(inputs, outputs)`) and "
            "models with a `call()` of their own are not part of fastdense, which has no automatic "
            "differentiation. Make a `Sequential`, or derive from it."
        )

    # -- layers ---------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers, as a new list, without the `InputLayer`."""
        return list(self._layers)

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Sequential.layers` attribute is reserved and should not be used. Use `add()` and "
            "`pop()` to change the layers in this model."
        )

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by its name or its place.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(10, name="head")])
        >>> model.get_layer("head").units
        10
        """
        if (name is None) == (index is None):
            quantifier = "either" if name is None else "only"
            raise ValueError(f"Provide {quantifier} a layer name or a layer index. Received: "
                             f"index={index}, name={name}.")
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

    # -- weights --------------------------------------------------------------------------------

    @property
    def dtype(self) -> str:
        """The dtype that the model computes in, that of its layers."""
        return self._layers[0].dtype if self._layers else self.dtype_policy.name

    @property
    def trainable(self) -> bool:
        """Whether an optimizer may change the weights; sets all layers. Heeded at `compile()`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All variables, layer by layer, kernel before bias."""
        return [v for layer in self._layers for v in layer.weights]

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that an optimizer may change."""
        return [v for layer in self._layers for v in layer.trainable_weights] if (
            self.trainable) else []

    trainable_variables = trainable_weights

    def weights_assigned(self) -> None:
        """Let every layer make anew what follows from its weights."""
        for layer in self._layers:
            layer.weights_assigned()

    @property
    def losses(self) -> list[float]:
        """The regularization losses of all layers, as a list of float."""
        return [loss for layer in self._layers for loss in layer.losses]

    # -- reading --------------------------------------------------------------------------------

    def summary(self, line_length: int | None = None, positions: Sequence[float] | None = None,
                print_fn: Callable[[str], object] | None = None, expand_nested: bool = False,
                show_trainable: bool = False, layer_range: Sequence[str] | None = None) -> None:
        """Print a table of the layers.

        Parameters
        ----------
        line_length : int, optional
            Width in characters. None means that of the terminal, 88 at most.
        positions : list of float, optional
            Where the columns end, as parts of the line.
        print_fn : callable, optional
            Called with the whole text instead of printing it.
        expand_nested : bool, default False
            Whether the layers of nested models are listed.
        show_trainable : bool, default False
            Whether to add a column that says if a layer is trained.
        layer_range : tuple of two str, optional
            Regular expressions for the names of the first and the last layer to list.

        Raises
        ------
        ValueError
            If a column gets less than four characters, or `layer_range` fits no layer.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)], name="small")
        >>> model.summary(print_fn=lambda text: print(text.splitlines()[0]))
        Model: "small"
        """
        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable,
                      layer_range)
