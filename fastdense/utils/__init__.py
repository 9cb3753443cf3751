"""Helpers around training: data sets, labels, seeds, names, downloads, the bar, pictures."""

from fastdense.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)

from .batches import pack_x_y_sample_weight, unpack_x_y_sample_weight
from .custom_objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from .get_file import get_file
from .gradients import check_gradient
from .naming import clear_session
from .numerical import normalize, to_categorical
from .plot import plot_history
from .progbar import Progbar
from .py_dataset import PyDataset
from .seed import set_random_seed

Sequence = PyDataset  # its name in Keras 2

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "check_gradient",
    "clear_session",
    "custom_object_scope",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "is_interactive_logging_enabled",
    "normalize",
    "pack_x_y_sample_weight",
    "plot_history",
    "register_keras_serializable",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
