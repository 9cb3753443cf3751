"""Settings of the library: number type, threads, and the text to paste into a bug report."""

from __future__ import annotations

import os
import platform
import sys

import numpy as np

from fastdense import kernels

__all__ = [
    "backend", "disable_interactive_logging", "enable_interactive_logging", "epsilon", "floatx",
    "get_num_threads", "instruction_set", "is_interactive_logging_enabled", "set_epsilon",
    "set_floatx", "set_num_threads", "show_versions",
]

_FLOATS = ("float32", "float64")
_settings = {"floatx": "float32", "epsilon": 1e-7, "interactive_logging": True}


def floatx():
    """Return the dtype of new layers, "float32" unless :func:`set_floatx` changed it.

    Examples
    --------
    >>> from fastdense import config
    >>> config.floatx()
    'float32'
    """
    return _settings["floatx"]


def set_floatx(value):
    """Set the dtype of layers made from now on.

    Parameters
    ----------
    value : {"float32", "float64"}

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_floatx("float64")
    >>> config.set_floatx("float32")
    """
    if value not in _FLOATS:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected one of {_FLOATS}.")
    _settings["floatx"] = value


def epsilon():
    """Return the fuzz factor of the Python-side formulas, 1e-7 unless changed.

    Examples
    --------
    >>> from fastdense import config
    >>> config.epsilon()
    1e-07
    """
    return _settings["epsilon"]


def set_epsilon(value):
    """Set the fuzz factor of the Python-side formulas; the compiled losses clip at 1e-7.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_epsilon(1e-7)
    """
    _settings["epsilon"] = float(value)


def backend():
    """Return the name of the engine, "fastdense".

    Examples
    --------
    >>> from fastdense import config
    >>> config.backend()
    'fastdense'
    """
    return "fastdense"


def instruction_set():
    """Return the level that runs: "base", "avx2" or "avx512".

    The best one that the CPU supports, unless the environment variable ``FASTDENSE_MAX_ISA``
    lowered it before the import.

    Examples
    --------
    >>> from fastdense import config
    >>> config.instruction_set() in ("base", "avx2", "avx512")
    True
    """
    return kernels.level


def get_num_threads():
    """Return the number of threads that a large computation may use now.

    The smallest of ``OMP_NUM_THREADS``, the CPUs that the process may run on, and the container's
    CPU quota, unless :func:`set_num_threads` chose one; 1 in a forked child. Small computations
    use fewer. Results do not depend on it, to the bit.

    Examples
    --------
    >>> from fastdense import config
    >>> config.get_num_threads() >= 1
    True
    """
    return kernels.cpu.get_thread_limit()


def set_num_threads(n):
    """Set the number of threads for the whole process.

    Parameters
    ----------
    n : int or None
        At least 1. None goes back to the default.

    Raises
    ------
    ValueError
        If `n` is not a positive integer.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_num_threads(1)
    >>> config.get_num_threads()
    1
    >>> config.set_num_threads(None)
    """
    if n is None:
        kernels.cpu.set_thread_limit(0)
        return
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= 4096:
        raise ValueError(f"set_num_threads: expected an integer from 1 to 4096, or None. "
                         f"Received: n={n!r}.")
    kernels.cpu.set_thread_limit(int(n))


def enable_interactive_logging():
    """Write progress to stdout, the default.

    Examples
    --------
    >>> from fastdense import config
    >>> config.enable_interactive_logging()
    """
    _settings["interactive_logging"] = True


def disable_interactive_logging():
    """Send progress messages to the ``fastdense`` logger, at level INFO, instead of stdout.

    Examples
    --------
    >>> from fastdense import config
    >>> config.disable_interactive_logging()
    >>> config.is_interactive_logging_enabled()
    False
    >>> config.enable_interactive_logging()
    """
    _settings["interactive_logging"] = False


def is_interactive_logging_enabled():
    """Return whether progress is written to stdout.

    Examples
    --------
    >>> from fastdense import config
    >>> config.is_interactive_logging_enabled()
    True
    """
    return _settings["interactive_logging"]


def show_versions(file=None):
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
        "built levels": ", ".join(kernels.built_levels()),
        "running level": f"{kernels.level} ({_level_reason()})",
        "compiler": f"{cpu.COMPILER_VERSION}, {'with' if cpu.HAS_OPENMP else 'without'} OpenMP",
        "threads": f"{get_num_threads()} ({cpu.thread_limit_source()})",
    }
    for name, value in rows.items():
        print(f"{name:<14} {value}", file=file)


def _level_reason():
    if "FASTDENSE_MAX_ISA" in os.environ:
        return f"FASTDENSE_MAX_ISA={os.environ['FASTDENSE_MAX_ISA']}"
    return f"the best of what this CPU supports: {', '.join(kernels.cpu.supported_levels())}"


def _cpu_name():
    try:
        with open("/proc/cpuinfo") as file:
            names = {line.split(":", 1)[1].strip()
                     for line in file if line.startswith("model name")}
    except OSError:
        names = set()
    return f"{', '.join(sorted(names)) or platform.processor() or 'unknown'}, {os.cpu_count()} CPUs"
