"""Models of the same layers with weights of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.saving import text, topology

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import CustomObjects, Model
    from fastdense.layers import Layer

__all__ = ["clone_model", "model_from_json"]


def model_from_json(json_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """Return the model that ``model.to_json()``, ours or Keras's, described, with new weights.

    Parameters
    ----------
    json_string : str
    custom_objects : dict of str to class or function, optional
        Objects of your own that it may name.

    Raises
    ------
    ValueError
        If it is not the description of a model.

    Examples
    --------
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    >>> keras.models.model_from_json(model.to_json()).count_params()
    15
    """
    tree = text.parse(json_string.encode("utf-8"), "json_string")
    return topology.model_from_config(tree, custom_objects)


def clone_model(model: Any, input_tensors: Any = None,
                clone_function: Callable[[Layer], Layer] | None = None, call_function: Any = None,
                recursive: bool = False, **kwargs: Any) -> Model:
    """Return a model of the same layers with new weights, not compiled.

    Parameters
    ----------
    model : Sequential
    input_tensors, call_function : None
        Of Keras's functional models, which fastdense does not have.
    clone_function : callable, optional
        ``f(layer)`` that returns the layer to use instead. Default: one of the same config.
    recursive : bool, default False
        Whether `clone_function` is called for the layers of nested models, too.

    Raises
    ------
    ValueError
        If `model` is not a Sequential, or an argument is not supported.

    Examples
    --------
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="head")])
    >>> keras.models.clone_model(model).layers
    [<Dense name=head, built=True>]
    """
    if not hasattr(model, "layers"):
        raise ValueError(f"Expected `model` to be a Sequential. Received: {model!r}.")
    if input_tensors is not None or call_function is not None or kwargs:
        raise ValueError("clone_model: `input_tensors`, `call_function` and further arguments are "
                         "not supported: fastdense has no functional models.")
    if clone_function is None:
        clone_function = _same
    elif not callable(clone_function):
        raise ValueError("Expected `clone_function` argument to be a callable. Received: "
                         f"clone_function={clone_function}")
    clone = type(model)(name=model.name, trainable=model.trainable)
    if model._input_layer is not None:
        clone.add(_same(model._input_layer))
    for layer in model.layers:
        if recursive and hasattr(layer, "layers"):
            clone.add(clone_model(layer, clone_function=clone_function, recursive=True))
        else:
            clone.add(clone_function(layer))
    if model.built and not clone.built:
        clone.build(model.input_shape)
    return clone


def _same(layer):
    return type(layer).from_config(layer.get_config())
