"""The compiled engine, in the best build that this CPU runs.

Every level is the same Cython source compiled with other flags; ``FASTDENSE_MAX_ISA`` lowers the
choice. ``f32`` and ``f64`` are the chosen modules for the two dtypes.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from typing import TYPE_CHECKING

from . import cpu

if TYPE_CHECKING:
    from . import base_f32 as f32
    from . import base_f64 as f64

__all__ = ["LEVELS", "built_levels", "f32", "f64", "for_dtype", "level", "load"]

LEVELS = ("base", "avx2", "avx512")  # lowest first


def built_levels():
    """Return the levels that this installation carries, lowest first, as a list of str."""
    return [name for name in LEVELS if _is_built(name)]


def _is_built(name):
    return importlib.util.find_spec(f"{__name__}.{name}_f32") is not None


def _choose():
    wanted = os.environ.get("FASTDENSE_MAX_ISA", LEVELS[-1])
    if wanted not in LEVELS:
        raise ImportError(
            f"FASTDENSE_MAX_ISA: expected one of {', '.join(LEVELS)}. Received: {wanted!r}. "
            "Unset it to use the best level that this CPU runs."
        )
    usable = set(cpu.supported_levels()).intersection(built_levels())
    allowed = [name for name in LEVELS[: LEVELS.index(wanted) + 1] if name in usable]
    if not allowed:
        raise ImportError("fastdense: the compiled engine is missing. Build it with `make build`.")
    return allowed[-1]


def load(name):
    """Return the engine modules of one level as a pair (float32, float64)."""
    return tuple(importlib.import_module(f"{__name__}.{name}_{dtype}") for dtype in ("f32", "f64"))


@functools.cache
def _engine(name):
    return importlib.import_module(f"{__name__}.{level}_{name}")


def for_dtype(dtype):
    """Return the engine for "float32" or "float64"."""
    return _engine("f32" if dtype == "float32" else "f64")


def __getattr__(name):
    """Import the engine of a dtype when it is first asked for: few programs need both."""
    if name in ("f32", "f64"):
        return _engine(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


level = _choose()
