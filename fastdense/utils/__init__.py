"""Helpers around training: data sets, labels, seeds, names, the bar, pictures of a history."""

from .batches import pack_x_y_sample_weight, unpack_x_y_sample_weight
from .gradients import check_gradient
from .naming import clear_session
from .numerical import normalize, to_categorical
from .plot import plot_history
from .progbar import Progbar
from .py_dataset import PyDataset
from .seed import set_random_seed

Sequence = PyDataset  # its name in Keras 2

__all__ = [
    "Progbar",
    "PyDataset",
    "Sequence",
    "check_gradient",
    "clear_session",
    "normalize",
    "pack_x_y_sample_weight",
    "plot_history",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
