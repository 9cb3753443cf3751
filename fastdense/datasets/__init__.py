"""Data sets to try the library on."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import mnist, mnist_sample

__all__ = ["mnist", "mnist_sample"]


def __getattr__(name):
    """Import a data set when it is asked for: what downloads takes longer to import than the rest.
    """
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
