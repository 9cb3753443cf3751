"""Compare fastdense with every peer that is installed: one table, and plots in bench/report/.

``python bench/report.py``          everything, for a quiet machine (half an hour)
``python bench/report.py --book``   the table for the net of the book alone (ten minutes)
``python bench/report.py --quick``  the same kinds of work, smaller (under two minutes)

The peers run in ``$FASTDENSE_PEERS_PYTHON`` if that is set, else in this interpreter.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path

import numpy as np
import plots
from compare import BOOK_ALONE, FULL, QUICK, curves, forward_ratios, table_rows
from fingerprint import busy, fingerprint
from session import PEERS, Session

FOLDER = Path(__file__).parent / "report"
QUIET = 0.05  # share of the CPUs that others may use


def duration(seconds):
    """Return seconds in a unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def table(rows, names, peak):
    """Return the Markdown table: time, per cent of peak, and each peer's time and ratio."""
    others = [m for m in names if m != "ours"]
    lines = ["| work | fastdense | of peak | " + " | ".join(names[m] for m in others) + " |",
             "|---|---|---|" + "---|" * len(others)]
    for title, seconds, flops in rows:
        ours = seconds.get("ours")
        share = f"{100 * flops / ours / peak / 1e9:.0f} %" if ours else "-"
        cells = [duration(ours) if ours else "-", share]
        for module in others:
            s = seconds.get(module)
            ratio = f" ({s / ours:.3g} x)" if s and ours else ""
            cells.append(f"{duration(s)}{ratio}" if s else "-")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def document(rows, names, machine, session, ratios, facts, quick):
    """Return the whole report as Markdown."""
    lines = ["# fastdense beside its peers", "",
             "{cpu}, {cpus} CPUs, {system}; level {level}, {threads} threads, {compiler}; "
             "fastdense {fastdense} at {commit}; Python {python}; {date}.".format(**facts), "",
             "Peers: " + ", ".join(f"{k} {v}" for k, v in session.versions.items()) + ".", ""]
    lines += [f"Peak measured in this run: {machine['gflops']:.0f} GFLOP/s of float32 "
              f"multiply-adds, {machine['gbytes']:.1f} GB/s of memory copies.", ""]
    if quick:
        lines += ["**A quick run: few turns, small data. Make no claims from it.**", ""]
    lines += [table(rows, names, machine["gflops"]), "",
              "(n x): the peer takes n times as long. Times are the least of several turns taken "
              "in alternation; [bench/README.md](../README.md) says how.", ""]
    if ratios:
        mean = math.exp(np.log(ratios).mean())
        lines += [f"Quickest forward call, onnxruntime's time / ours over {len(ratios)} shapes: "
                  f"geometric mean {mean:.2f}, least {min(ratios):.2f}.", ""]
    lines += [f"- skipped: {module} ({reason})" for module, reason in session.skipped.items()]
    lines += [f"- {note}" for note in session.notes]
    return "\n".join(lines).rstrip() + "\n"


def main(argv=None):
    """Run everything and write bench/report/."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small and under two minutes")
    size.add_argument("--book", action="store_true", help="the table for 784-512-10, no plots")
    parser.add_argument("--peers", nargs="*", default=PEERS, help="files of bench/peers to run")
    parser.add_argument("--threads", type=int, help="CPUs that each may use; default all")
    arguments = parser.parse_args(argv)
    scale = QUICK if arguments.quick else BOOK_ALONE if arguments.book else FULL
    modules = ["ours", *(m for m in arguments.peers if m not in scale.absent)]
    FOLDER.mkdir(exist_ok=True)
    facts = fingerprint()
    facts["threads"] = threads = arguments.threads or facts["threads"]
    with tempfile.TemporaryDirectory() as folder, Session(modules, arguments.threads) as session:
        session.skipped |= {m: "left out by --quick" for m in arguments.peers if m in scale.absent}
        loads = [busy()]
        machine = session.peak(threads)
        rows = table_rows(session, scale, folder)
        ratios = forward_ratios(session, scale)
        drawn = {} if arguments.book else curves(session, scale, facts["cpus"])
        # The machine may have been slower at first than at last, or the other way round.
        machine = {key: max(value, machine[key]) for key, value in session.peak(threads).items()}
        loads.append(busy())
        if max(load or 0 for load in loads) > QUIET:
            session.notes.append(
                "The machine was not quiet: other programs took {:.0%} of its CPUs before the run "
                "and {:.0%} after it. Make no claims from it.".format(*loads))
        names = {module: peer.name for module, peer in session.peers.items()}
        text = document(rows, names, machine, session, ratios, facts, arguments.quick)
    (FOLDER / "table.md").write_text(text)
    (FOLDER / "results.json").write_text(json.dumps({
        "machine": facts, "peak": machine, "versions": session.versions, "names": names,
        "rows": [row._asdict() for row in rows], "forward_ratios": ratios, "curves": drawn,
        "skipped": session.skipped, "notes": session.notes}, indent=1))
    try:
        if drawn:
            plots.draw(FOLDER, rows, drawn, names, machine, facts)
    except ImportError as error:
        Session.log(f"no plots: {error}")
    print(text)
    Session.log(f"written to {FOLDER}")


if __name__ == "__main__":
    main()
