"""Helpers around training: labels, seeds, names, the progress bar, pictures of a history."""

from .custom_objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from .naming import clear_session
from .numerical import normalize, to_categorical
from .plot import plot_history
from .progbar import Progbar
from .seed import set_random_seed

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "clear_session",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "plot_history",
    "register_keras_serializable",
    "set_random_seed",
    "to_categorical",
]
