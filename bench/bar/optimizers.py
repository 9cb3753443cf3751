"""Bar 10: the optimizers are fused into the step, so that none is much slower than RMSprop."""

from __future__ import annotations

from keras_program import compiled_model

import fastdense

from . import own
from .check import Found, duration, worst

TITLE = "optimizers fused, epoch of the net of bar 3"
LIMIT = 1.1  # of plain RMSprop's epoch
OPTIMIZERS = {
    "RMSprop": ("RMSprop", {}),
    "SGD": ("SGD", {}),
    "SGD, momentum": ("SGD", {"momentum": 0.9}),
    "SGD, Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "RMSprop, momentum": ("RMSprop", {"momentum": 0.9}),
    "RMSprop, centered": ("RMSprop", {"centered": True}),
    "Adagrad": ("Adagrad", {}),
    "Adam": ("Adam", {}),
    "Adam, amsgrad": ("Adam", {"amsgrad": True}),
    "AdamW": ("AdamW", {}),
}


def measure(run):
    net = run.book(12_800)
    x, y = own.training_data(net)
    timed, missing = {}, []
    for name, (kind, options) in OPTIMIZERS.items():
        if not hasattr(fastdense.optimizers, kind):
            missing.append(f"{name}: this fastdense has none")
            continue
        model = compiled_model(fastdense, net)
        model.compile(optimizer=getattr(fastdense.optimizers, kind)(**options),
                      loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        timed[name] = own.steady_epoch(model, x, y, net.batch)
    best = own.least(timed, run.rounds(12))
    ratios = {name: seconds / best["RMSprop"] for name, seconds in best.items()}
    details = [f"{name}: {duration(best[name])}, {ratio:.2f} x" for name, ratio in ratios.items()]
    del ratios["RMSprop"]
    return Found([worst("slowest / plain RMSprop", ratios, "<=", LIMIT)], details + missing)
