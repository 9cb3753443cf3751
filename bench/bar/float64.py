"""Bar 11: the net of bar 3 in float64 against the peak of float64."""

from __future__ import annotations

import math

import peak
import work
from keras_program import compiled_model

import fastdense

from . import own
from .check import Found, duration, share_of_peak

TITLE = "float64, the net of bar 3"
PEAK = 75  # per cent


def measure(run):
    net = run.book(20_000)
    x, y = own.training_data(net)
    fastdense.config.set_floatx("float64")
    try:
        model = compiled_model(fastdense, net)
    finally:
        fastdense.config.set_floatx("float32")
    epoch = own.steady_epoch(model, x.astype("float64"), y, net.batch)
    gflops, seconds = 0.0, math.inf
    for _ in range(run.rounds(8) + 1):
        gflops = max(gflops, peak.gflops("float64", run.threads, 0.05, 3))
        seconds = min(seconds, epoch())
    return Found([share_of_peak(net.n * work.training_flops(net), seconds, gflops, PEAK,
                                f"{gflops:.0f} GFLOP/s")],
                 [f"epoch of {net.n:,} rows: {duration(seconds)}"])
