"""Bar 12: uint8 pixels into Rescaling, beside the same pixels as float32."""

from __future__ import annotations

import numpy as np
import work
from keras_program import compiled_model

import fastdense

from . import own, probe
from .check import Check, Found, duration
from .run import BOOK

TITLE = "uint8 pixels straight into `Rescaling(1/255)`"
SLOWER = 1.02  # "no slower", within what a measurement can tell


def pixel_model(net):
    """Return the net with Rescaling before its first layer."""
    model = compiled_model(fastdense, net)
    scaled = fastdense.Sequential([
        fastdense.Input((net.sizes[0],)), fastdense.layers.Rescaling(1 / 255), *model.layers])
    scaled.compile(optimizer=fastdense.optimizers.RMSprop(**work.RMSPROP),
                   loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return scaled


def measure(run):
    net = run.digits()
    with np.load(net.data) as stored:
        pixels, y = stored["x"], stored["y"].astype("int64")
    best = own.least({
        "float32": own.steady_epoch(compiled_model(fastdense, net), work.data(net)[0], y,
                                    net.batch),
        "uint8": own.steady_epoch(pixel_model(net), pixels, y, net.batch),
    }, run.rounds(8))
    checks = [Check("uint8 / float32, epoch", best["uint8"] / best["float32"], "<=", SLOWER)]
    details = [", ".join(f"{name} {duration(seconds)}" for name, seconds in best.items())]
    if probe.AVAILABLE:
        used = {kind: probe.run("fit", sizes=BOOK, batch=128, n=net.n, dtype=kind)
                for kind in best}
        limit = probe.allowed(BOOK, 128, used["uint8"]["data"])
        checks.append(Check("peak of the uint8 fit / allowed beside a quarter of the data",
                            used["uint8"]["peak"] / limit, "<=", 1.0))
        details += [f"{kind}: peak {found['peak'] / 1e6:.1f} MB, of these the data "
                    f"{found['data'] / 1e6:.1f} MB" for kind, found in used.items()]
    return Found(checks, details)
