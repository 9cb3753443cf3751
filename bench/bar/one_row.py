"""Bar 7: what serving one row costs, the whole call from NumPy array to NumPy array."""

from __future__ import annotations

import work

from .check import Check, Found, faster, times
from .run import BOOK

TITLE = "`predict` of one row, 784-512-10"
LIMITS = {"onnxruntime_predict": 1.4}  # 10 us where it takes 14
EXTRA = 3.0  # microseconds that `predict` may cost above `predict_on_batch`


def measure(run):
    net, rounds, budget = work.Net(BOOK, 32, 64), run.rounds(8), run.budget()
    with run.session(*LIMITS) as session:
        predict = session.calls(net, "predict", [1], rounds, budget)[1]
        forward = session.calls(net, "forward", [1], rounds, budget, only=["ours"])[1]
        extra = 1e6 * (predict["ours"] - forward["ours"])
        return Found([*faster(session, predict, LIMITS),
                      Check("above `predict_on_batch`", extra, "<=", EXTRA, "us")],
                     [f"predict: {times(session, predict)}",
                      f"predict_on_batch: {times(session, forward)}"])
