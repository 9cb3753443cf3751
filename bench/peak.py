"""What the machine can do at most, measured: float multiply-adds and memory traffic.

``python bench/peak.py`` prints both for every number of threads.
"""

from __future__ import annotations

import os
import threading
import time

import numpy as np

__all__ = ["cpus", "gbytes", "gflops"]


def cpus():
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def gflops(dtype="float32", threads=None, seconds=0.1, repeats=5):
    """Return the multiply-add rate of the level that runs, in GFLOP/s: the best of `repeats`.

    It is taken in registers, at the vector width that fastdense uses, with no memory touched.
    """
    from fastdense import kernels

    engine = kernels.for_dtype(dtype)
    return max(engine.measure_peak(threads or cpus(), seconds) for _ in range(repeats))


def gbytes(threads=None, repeats=5):
    """Return the memory's rate in GB/s while `threads` threads copy 64 MB each, read and written.

    NumPy copies without the GIL, so Python threads will do. The best of `repeats`.
    """
    threads = threads or cpus()
    arrays = [(np.ones(2**23), np.empty(2**23)) for _ in range(threads)]
    for source, target in arrays:
        target[:] = source  # touched, so that its pages exist
    best = 0.0
    for _ in range(repeats):
        workers = [threading.Thread(target=np.copyto, args=(target, source))
                   for source, target in arrays]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        moved = 2 * sum(source.nbytes for source, _ in arrays)
        best = max(best, moved / (time.perf_counter() - start) / 1e9)
    return best


if __name__ == "__main__":
    for n in range(1, cpus() + 1):
        print(f"{n} threads: {gflops('float32', n):.0f} GFLOP/s float32, "
              f"{gflops('float64', n):.0f} float64, {gbytes(n):.1f} GB/s")
