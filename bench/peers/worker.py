"""One peer in one process, asked over a pipe: a JSON line comes in, a JSON line goes out.

``python worker.py torch_eager`` answers at once with what it is and what it can do, or with why it
cannot run. Threads, BLAS and OpenMP settings of two libraries do not mix in one process.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

import numpy as np
import work

__all__ = ["Worker"]

TIMED = ("step", "predict", "forward", "product")
SAMPLE = 2000  # rows that the checks look at


def per_call(function, budget):
    """Return the least mean seconds of a call, over several runs of about 10 ms, in `budget` s."""
    function()  # compiles what it must
    start = time.perf_counter()
    function()
    once = time.perf_counter() - start
    calls = max(1, math.ceil(0.01 / once))
    best, runs, deadline = math.inf, 0, time.perf_counter() + budget
    while runs < 3 or time.perf_counter() < deadline:
        start = time.perf_counter()
        for _ in range(calls):
            function()
        best = min(best, (time.perf_counter() - start) / calls)
        runs += 1
    return best


class Worker:
    """Answers the requests that its methods name."""

    def __init__(self, peer):
        self.peer = peer

    def hello(self):
        can = [name for name in (*TIMED, "train", "peak") if hasattr(self.peer, name)]
        return {"name": self.peer.name, "versions": self.peer.versions(), "can": can}

    def load(self, net):
        """Make the data."""
        self.net = work.Net(**{**net, "sizes": tuple(net["sizes"])})
        x, y = work.data(self.net)
        self.x, self.y = x[:SAMPLE].copy(), y[:SAMPLE].copy()
        self.peer.load(self.net, x, y)
        return {}

    def build(self):
        """Make the model, and see that it is the same network as everybody's."""
        self.peer.build()
        expected = work.forward(self.net, work.weights(self.net), self.x[:32])
        np.testing.assert_allclose(
            self.peer.predict(len(expected))(), expected, rtol=1e-3, atol=1e-5)
        return {}

    def epoch(self):
        """Time a steady epoch."""
        return {"seconds": self.peer.epoch()}

    def fit(self, epochs):
        """Time a whole fit, its compilation included, and see what it has learned."""
        start = time.perf_counter()
        self.peer.fit(epochs)
        seconds = time.perf_counter() - start
        hits = np.argmax(self.peer.predict(len(self.x))(), axis=1) == self.y
        return {"seconds": seconds, "accuracy": float(hits.mean())}

    def call(self, what, args, budget):
        """Time one of TIMED."""
        return {"seconds": per_call(getattr(self.peer, what)(*args), budget)}

    def peak(self, threads):
        """Measure the machine."""
        return self.peer.peak(threads)

    def gflops(self):
        """Measure the machine's multiply-adds between two turns."""
        return self.peer.gflops()


def main(name, threads=None):
    """Answer requests until the pipe closes."""
    with os.fdopen(os.dup(1), "w", buffering=1) as answers:
        os.dup2(2, 1)  # whatever a library prints must not get between the answers
        if threads is not None:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(threads)])
        try:
            worker = Worker(importlib.import_module(name).Peer())
            reply = worker.hello()
        except ImportError as error:
            reply = {"missing": str(error)}
        print(json.dumps(reply), file=answers)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                reply = getattr(worker, request.pop("do"))(**request)
            except Exception as error:
                traceback.print_exc()
                reply = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
            print(json.dumps(reply), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
