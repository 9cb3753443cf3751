"""Helpers around training: labels, seeds, names, downloads, the progress bar, pictures."""

from fastdense.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)

from .get_file import get_file
from .naming import clear_session
from .numerical import normalize, to_categorical
from .plot import plot_history
from .progbar import Progbar
from .seed import set_random_seed

__all__ = [
    "Progbar",
    "clear_session",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_file",
    "is_interactive_logging_enabled",
    "normalize",
    "plot_history",
    "set_random_seed",
    "to_categorical",
]
