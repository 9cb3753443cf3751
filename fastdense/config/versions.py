"""The text to paste into a bug report."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING

import numpy as np

from fastdense import kernels

from .engine import get_num_threads

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["show_versions"]

# What the compiler's default brings on a machine: the level `base`.
_BASE = {"x86_64": "SSE2", "amd64": "SSE2", "aarch64": "NEON", "arm64": "NEON"}


def show_versions(file: TextIO | None = None) -> None:
    """Print what a bug report needs: versions, CPU, instruction sets, threads.

    Parameters
    ----------
    file : file-like, optional
        Where to print. None means ``sys.stdout``.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.show_versions()
    fastdense ...
    """
    from fastdense import __version__

    cpu = kernels.cpu
    rows = {
        "fastdense": __version__,
        "Python": f"{platform.python_version()} ({sys.executable})",
        "NumPy": np.__version__,
        "system": platform.platform(),
        "CPU": _cpu_name(),
        "built levels": ", ".join(_level_name(level) for level in kernels.built_levels()),
        "running level": f"{kernels.level} ({_level_reason()})",
        "compiler": f"{cpu.COMPILER_VERSION}, {'with' if cpu.HAS_OPENMP else 'without'} OpenMP",
        "L2 cache": f"{2 * cpu.get_resident() // 1024} kB a core",
        "threads": f"{get_num_threads()} ({cpu.thread_limit_source()})",
    }
    for name, value in rows.items():
        print(f"{name:<14} {value}", file=file)


def _level_name(level):
    vectors = _BASE.get(platform.machine().lower())
    return f"base ({vectors})" if level == "base" and vectors else level


def _level_reason():
    if "FASTDENSE_MAX_ISA" in os.environ:
        return f"FASTDENSE_MAX_ISA={os.environ['FASTDENSE_MAX_ISA']}"
    return f"the best of what this CPU supports: {', '.join(kernels.cpu.supported_levels())}"


def _cpu_name(cpuinfo="/proc/cpuinfo"):
    """The model's name, or on Arm, which has none there, the numbers of its maker and model."""
    try:
        with open(cpuinfo) as file:
            lines = [[part.strip() for part in line.split(":", 1)] for line in file if ":" in line]
    except OSError:
        lines = []
    names = sorted({value for key, value in lines if key == "model name"}) or [
        f"{key} {value}" for key in ("CPU implementer", "CPU part")
        for value in sorted({value for name, value in lines if name == key})]
    return f"{', '.join(names) or platform.processor() or 'unknown'}, {os.cpu_count()} CPUs"
