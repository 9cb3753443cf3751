"""Compare fastdense with every peer that is installed: one table, and plots in bench/report/.

``python bench/report.py``          everything, for a quiet machine (15 minutes)
``python bench/report.py --book``   the table for the net of the book alone, no plots (8 minutes)
``python bench/report.py --quick``  the same kinds of work, smaller (under two minutes)

The peers run in ``$FASTDENSE_PEERS_PYTHON`` if that is set, else in this interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.pop("OPENBLAS_CORETYPE", None)  # before NumPy loads its BLAS
os.environ.pop("OPENBLAS_L2_SIZE", None)
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # the checkout's fastdense

import plots
import tables
from compare import BOOK_ALONE, FULL, QUICK, curves, table_rows
from fingerprint import busy, fingerprint
from session import PEERS, Session

FOLDER = Path(__file__).resolve().parent / "report"
QUIET = 0.05  # share of the CPUs that others may use


def measure(scale, modules, threads, with_curves, quick):
    """Return all results as a dict for JSON."""
    facts = fingerprint()
    facts["threads"] = threads or facts["threads"]
    asked = [module for module in modules if module not in scale.absent]
    with tempfile.TemporaryDirectory() as folder, Session(asked, threads) as session:
        session.skipped |= dict.fromkeys(set(modules) - set(asked), "left out by --quick")
        loads = [busy()]
        peak = session.peak(facts["threads"])
        rows = table_rows(session, scale, folder)
        drawn = curves(session, scale, facts["cpus"]) if with_curves else {}
        again = session.peak(facts["threads"])  # at first the machine may have been slower
        again["gflops"] = max(again["gflops"], session.gflops)
        loads.append(busy())
        if max(load or 0 for load in loads) > QUIET:
            session.notes.append(
                "The machine was not quiet: other programs took {:.0%} of its CPUs before the run "
                "and {:.0%} after it. Make no claims from it.".format(*loads))
        return {
            "quick": quick, "machine": facts, "versions": session.versions,
            "peak": {key: max(value, again[key]) for key, value in peak.items()},
            "names": {module: peer.name for module, peer in session.peers.items()},
            "rows": [row._asdict() for row in rows], "curves": drawn,
            "skipped": session.skipped, "notes": session.notes}


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
    folder = FOLDER / "quick" if arguments.quick else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    results = measure(scale, ["ours", *arguments.peers], arguments.threads, not arguments.book,
                      arguments.quick)
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    pictures = []
    try:
        if results["curves"]:
            pictures = plots.draw(folder, results)
    except ImportError as error:
        results["notes"].append(f"no plots: {error}")
    (folder / "table.md").write_text(text := tables.document(results, pictures))
    print(text)
    Session.log(f"written to {folder}")


if __name__ == "__main__":
    main()
