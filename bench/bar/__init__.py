"""The fourteen bars that the engine has to pass, one file each; bench/bars.py runs them.

A file defines TITLE and ``measure(run)``, which returns a `check.Found`.
"""

from __future__ import annotations

import importlib

__all__ = ["FILES", "load"]

FILES = {
    1: "mnist_epoch", 2: "mnist_fit", 3: "dense_epoch", 4: "large_nets", 5: "small_nets",
    6: "forward", 7: "one_row", 8: "threads", 9: "levels", 10: "optimizers", 11: "float64",
    12: "pixels", 13: "memory", 14: "installation",
}


def load(number):
    """Return the module of a bar."""
    return importlib.import_module(f"{__name__}.{FILES[number]}")
