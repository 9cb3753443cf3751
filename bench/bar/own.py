"""fastdense timed in this process, for the bars that compare it with itself."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager

import work

import fastdense

__all__ = ["call", "least", "on_threads", "steady_epoch", "training_data"]


def training_data(net):
    """Return rows and labels as `fit` wants them for the net."""
    x, y = work.data(net)
    return x, y.astype("float32").reshape(-1, 1) if net.binary else y


def steady_epoch(model, x, y, batch):
    """Return a function that trains two epochs and returns the seconds of the second."""
    def epoch():
        ends = []
        clock = fastdense.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
        model.fit(x, y, batch_size=batch, epochs=2, verbose=0, callbacks=[clock])
        return ends[1] - ends[0]
    return epoch


def call(function, seconds=0.005):
    """Return a function that calls `function` for about `seconds` and returns those of one call."""
    function()
    start = time.perf_counter()
    function()
    calls = max(1, math.ceil(seconds / (time.perf_counter() - start)))

    def timed():
        start = time.perf_counter()
        for _ in range(calls):
            function()
        return (time.perf_counter() - start) / calls
    return timed


def least(timed, rounds, best=None):
    """Go round ``{name: function that returns seconds}``; return each one's least.

    The first round warms up, unless `best` has what was found before.
    """
    if best is None:
        for function in timed.values():
            function()
    best = dict(best or {})
    for _ in range(rounds):
        for name, function in timed.items():
            best[name] = min(function(), best.get(name, math.inf))
    return best


@contextmanager
def _threads(n):
    fastdense.config.set_num_threads(n)
    try:
        yield
    finally:
        fastdense.config.set_num_threads(None)


def on_threads(n, function):
    """Return `function` as it runs on `n` threads."""
    def limited():
        with _threads(n):
            return function()
    return limited
