"""Models in files, and objects as dicts of plain values; loading runs no code, ever."""

from fastdense.utils.custom_objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)

from .clone import clone_model, model_from_json
from .files import load_model, load_weights, save_model, save_weights
from .objects import deserialize_keras_object, serialize_keras_object

__all__ = [
    "CustomObjectScope",
    "clone_model",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "model_from_json",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]
