"""Bar 13: what a fit needs beyond the data and the weights, and that predicting needs nothing."""

from __future__ import annotations

from . import probe
from .check import Check, Found, worst
from .run import BOOK

TITLE = "memory of `fit` and of 100,000 calls of `predict`"
NETS = {BOOK: 60_000, (2048, 2048, 2048): 8_000}  # sizes: rows
GROWTH = 0.25  # MB after 100,000 predicts: what an allocator may do, no leak of a byte a call


def measure(run):
    if not probe.AVAILABLE:
        return Found([Check("peak", None, "<=", 1.0, note="needs Linux's /proc")], [])
    shares, faults, details = {}, {}, []
    for sizes, rows in NETS.items():
        name, n = "-".join(map(str, sizes)), run.rows(rows)
        found = probe.run("fit", sizes=sizes, batch=128, n=n)
        limit = probe.allowed(sizes, 128, found["data"])
        shares[name], faults[name] = found["peak"] / limit, found["faults"]
        details.append(
            f"{name}: peak {found['peak'] / 1e6:.1f} MB of {limit / 1e6:.1f} MB allowed, the data "
            f"{found['data'] / 1e6:.1f} MB; {found['faults']:.2f} page faults a step")
    calls = 10_000 if run.quick else 100_000
    growth = probe.run("predicts", sizes=BOOK, calls=calls)["growth"] / 1e6
    return Found([worst("peak of `fit` / what the bar allows", shares, "<=", 1.0),
                  worst("page faults a step", faults, "<=", 1.0, ""),
                  Check(f"growth over {calls:,} predicts", growth, "<=", GROWTH, "MB")], details)
