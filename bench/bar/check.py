"""What a bar finds: figures with their limits, and the details behind them."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Check", "Found", "duration", "faster", "mean", "share_of_peak", "times", "worst"]


class Check(NamedTuple):
    """One figure and its limit; a value of None was not measured, and `note` says why."""

    what: str
    value: float | None
    sense: str  # ">=" or "<="
    limit: float
    unit: str = "x"
    note: str = ""

    @property
    def verdict(self):
        """"met", "MISSED" or "not measured"."""
        if self.value is None:
            return "not measured"
        met = self.value >= self.limit if self.sense == ">=" else self.value <= self.limit
        return "met" if met else "MISSED"


class Found(NamedTuple):
    """All that measuring a bar gives; `details` are lines of text."""

    checks: list
    details: list


def duration(seconds):
    """Return seconds in a unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def times(session, seconds):
    """Return everybody's times as one line of text."""
    return ", ".join(f"{session.peers[m].name} {duration(s)}" for m, s in seconds.items())


def faster(session, seconds, limits):
    """Return a check for each peer of `limits`: its time over ours has to reach its limit."""
    checks = []
    for module, limit in limits.items():
        value, note = None, session.skipped.get(module, "it failed, see the details")
        if module in seconds:
            value, note = seconds[module] / seconds["ours"], ""
        name = session.peers[module].name if module in session.peers else module
        checks.append(Check(f"{name} / fastdense", value, ">=", limit, note=note))
    return checks


def share_of_peak(flops, seconds, gflops, limit, note=""):
    """Return the check that `flops` in `seconds` use enough of the multiply-add peak."""
    return Check("of the peak", 100 * flops / seconds / gflops / 1e9, ">=", limit, "%", note)


def worst(what, found, sense, limit, unit="x"):
    """Return the check of the worst of {name: value}: it passes if all do."""
    if not found:
        return Check(what, None, sense, limit, unit, "no peer took part")
    pick = min if sense == ">=" else max
    name = pick(found, key=found.get)
    return Check(what, found[name], sense, limit, unit, name)


def mean(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))
