"""fastdense itself, in the same harness as its peers."""

from __future__ import annotations

import numpy as np
import peak
from keras_program import KerasProgram

__all__ = ["Peer"]


class Peer(KerasProgram):
    name = "fastdense"

    def __init__(self):
        import fastdense

        super().__init__(fastdense)

    def versions(self):
        return {"fastdense": self.keras.__version__, "numpy": np.__version__}

    def product(self, m, k, n):
        """Return a function that multiplies ``(m, k)`` by ``(k, n)``."""
        rng = np.random.default_rng(3)
        a = rng.standard_normal((m, k), dtype="float32")
        b = rng.standard_normal((k, n), dtype="float32")
        out = np.empty((m, n), "float32")
        return lambda: self.keras.ops.matmul(a, b, out=out)

    def peak(self, threads):
        """Return the machine's GFLOP/s of float32 FMA, and GB/s of memory, with `threads`."""
        return {"gflops": peak.gflops("float32", threads), "gbytes": peak.gbytes(threads)}

    def gflops(self):
        """Return the former alone, with all threads, quickly: a turn's worth of it."""
        return {"gflops": peak.gflops("float32", seconds=0.05, repeats=3)}
