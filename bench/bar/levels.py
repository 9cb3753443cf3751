"""Bar 9: every instruction-set level uses its own multiply-add peak."""

from __future__ import annotations

import work

from .check import Check, Found, duration, share_of_peak

TITLE = "levels, forced by FASTDENSE_MAX_ISA, on the net of bar 3"
LEVELS = ("avx2", "base")
PEAK = 80  # per cent of what that level's multiply-adds reach in registers


def usable():
    """Return the levels that this CPU runs and this installation carries."""
    from fastdense import kernels

    return set(kernels.built_levels()) & set(kernels.cpu.supported_levels())


def measure(run):
    net, checks, details = run.book(30_000), [], []
    for level in LEVELS:
        if level not in usable():
            checks.append(Check(f"{level}: of the peak", None, ">=", PEAK, "%", "not on this CPU"))
            continue
        with run.session(level=level) as session:
            seconds = session.epochs(net, run.rounds(6), peak=True)["ours"]
            share = share_of_peak(net.n * work.training_flops(net), seconds, session.gflops, PEAK,
                                  f"{session.gflops:.0f} GFLOP/s")
            checks.append(share._replace(what=f"{level}: {share.what}"))
            details.append(f"{level}: epoch of {net.n:,} rows {duration(seconds)}")
    return Found(checks, details)
