"""Helpers around training: labels, seeds, names, the progress bar, pictures of a history."""

from .naming import clear_session
from .numerical import normalize, to_categorical
from .plot import plot_history
from .progbar import Progbar
from .seed import set_random_seed

__all__ = [
    "Progbar",
    "clear_session",
    "normalize",
    "plot_history",
    "set_random_seed",
    "to_categorical",
]
