"""Bar 6: the forward pass beside onnxruntime, over a wide grid of shapes."""

from __future__ import annotations

import work

from .check import Check, Found, duration, mean, worst
from .run import BOOK

TITLE = "forward only, `predict_on_batch` beside onnxruntime's `run`"
NETS = (BOOK, (30, 100, 1), (10, 45, 45, 10), (4, 120, 84, 2), (784, 1024, 1024, 1024, 10),
        (256,) * 7, (2048,) * 3, (64,) * 4)
ROWS = (1, 8, 128, 1024)
PEER = "onnxruntime_predict"
MEAN, LEAST = 1.1, 0.9


def measure(run):
    ratios, details = {}, []
    with run.session(PEER) as session:
        for sizes in NETS:
            net = work.Net(sizes, 32, max(ROWS))
            timed = session.calls(net, "forward", ROWS, run.rounds(4), run.budget())
            for rows, seconds in timed.items():
                if PEER in seconds:
                    name = f"{net.name}, {rows} row{'s' * (rows > 1)}"
                    ratios[name] = seconds[PEER] / seconds["ours"]
                    details.append(f"{name}: {ratios[name]:.2f} x ({duration(seconds['ours'])}, "
                                   f"onnxruntime {duration(seconds[PEER])})")
        reason = session.skipped.get(PEER, "")
    middle = mean(ratios.values()) if ratios else None
    return Found([Check(f"onnxruntime / fastdense, geometric mean of {len(ratios)} shapes", middle,
                        ">=", MEAN, note=reason),
                  worst("the same, least", ratios, ">=", LEAST)], details)
