"""What computes: the engine's name, its instruction set, its threads."""

from __future__ import annotations

import numpy as np

from fastdense import kernels

__all__ = ["backend", "get_num_threads", "instruction_set", "set_num_threads"]


def backend() -> str:
    """Return the name of the engine, "fastdense".

    Examples
    --------
    >>> from fastdense import config
    >>> config.backend()
    'fastdense'
    """
    return "fastdense"


def instruction_set() -> str:
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


def get_num_threads() -> int:
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


def set_num_threads(n: int | None) -> None:
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
