"""Measure the fourteen bars that the engine has to pass, and say which are met.

``python bench/bars.py``             all of them, on a quiet machine: 25 minutes
``python bench/bars.py --only 3,9``  some; the others keep the figures of earlier runs
``python bench/bars.py --quick``     sees that every program works: no claims from it, none kept

The peers run in ``$FASTDENSE_PEERS_PYTHON`` if that is set, else in this interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.pop("OPENBLAS_CORETYPE", None)  # before NumPy loads its BLAS
os.environ.pop("OPENBLAS_L2_SIZE", None)
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # the checkout's fastdense
sys.path.insert(2, str(Path(__file__).resolve().parent / "peers"))

import bar
from bar.check import Check, duration
from bar.run import Run
from fingerprint import busy, fingerprint
from session import Session

FOLDER = Path(__file__).resolve().parent / "report"
QUIET = 0.05  # share of the CPUs that others may use
SAME = ("cpu", "cpus", "system", "level", "threads")  # figures of another machine are not kept


def numbers(text):
    """Return the bars that "3,9" or "1-4,14" names, as a list of int."""
    chosen = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        chosen += range(int(first), int(last or first) + 1)
    if unknown := set(chosen) - set(bar.FILES):
        raise argparse.ArgumentTypeError(f"there is no bar {min(unknown)}: they are 1 to 14")
    return sorted(set(chosen))


def measure(number, run, facts):
    """Return what one bar found, as a dict for the JSON file; a bar that fails says why."""
    module, start, load = bar.load(number), time.perf_counter(), busy() or 0
    run.notes, run.versions = [], {}
    Session.log(f"bar {number}: {module.TITLE}")
    try:
        checks, details = module.measure(run)
    except Exception as error:  # the other bars can still be measured
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        checks, details = [Check("failed", None, ">=", 0.0, note=reason)], []
    noise = max(load, busy() or 0)
    if noise > QUIET:
        run.notes.append(f"other programs took {noise:.0%} of the CPUs: make no claims from it")
    checks = [{**check._asdict(), "verdict": check.verdict} for check in checks]
    return {"title": module.TITLE, "checks": checks, "details": details,
            "notes": run.notes, "versions": run.versions, "commit": facts["commit"],
            "date": time.strftime("%Y-%m-%d %H:%M"), "seconds": time.perf_counter() - start}


def row(number, found, check):
    """Return the cells of one line of the table."""
    unit = f" {check['unit']}" if check["unit"] else ""
    value = "-" if check["value"] is None else f"{check['value']:.3g}{unit}"
    what = f"{check['what']} ({check['note']})" if check["note"] else check["what"]
    return [str(number), found["title"], what, value, f"{check['sense']} {check['limit']:g}{unit}",
            check["verdict"], found["commit"]]


def rows(bars):
    """Return the table of {number: found}: one line for each check."""
    head = ["#", "bar", "measured", "figure", "limit", "", "commit"]
    return [head] + [row(number, bars[number], check)
                     for number in sorted(bars) for check in bars[number]["checks"]]


def terminal(bars):
    """Return the table for a terminal: the bar's title stands above its checks."""
    lines, shown = [], None
    body = rows(bars)[1:]
    widths = [max(len(line[i]) for line in body) for i in range(7)]
    for number, title, what, value, limit, verdict, commit in body:
        if number != shown:
            lines.append(f"{number:>2}  {title}")
            shown = number
        lines.append(f"      {what:{widths[2]}}  {value:>{widths[3]}}  {limit:{widths[4]}}  "
                     f"{verdict:{widths[5]}}  {commit}")
    return "\n".join(lines)


def document(facts, bars):
    """Return the report in Markdown."""
    lines = ["# The fourteen bars", "",
             "{cpu}, {cpus} CPUs, {system}; level {level}, {threads} threads, {compiler}; "
             "fastdense {fastdense}; Python {python}, NumPy {numpy}.".format(**facts), "",
             "Each figure is a ratio in one run, taken in turn with the peer, from the least time "
             "of several; [bench/README.md](../README.md) says how.", ""]
    head, *body = rows(bars)
    lines += [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *body)]
    for number, found in sorted(bars.items()):
        versions = ", ".join(f"{k} {v}" for k, v in found["versions"].items())
        lines += ["", f"## {number}. {found['title']}", "",
                  f"`python bench/bars.py --only {number}`, {found['date']}, commit "
                  f"{found['commit']}, {duration(found['seconds'])}"
                  f"{'; ' + versions if versions else ''}", ""]
        lines += [f"- {line}" for line in (*found["details"], *found["notes"])]
    return "\n".join(lines).rstrip() + "\n"


def earlier(path, facts):
    """Return the bars of an earlier run on this machine, {number: found}."""
    try:
        stored = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    if any(stored["machine"].get(key) != facts[key] for key in SAME):
        return {}
    return {int(number): found for number, found in stored["bars"].items()}


def main(argv=None):
    """Measure, print the table, and write bench/report/bars.md and bars.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=numbers, default=list(bar.FILES), metavar="3,9",
                        help="the bars to measure, as in 3,9 or 1-4")
    parser.add_argument("--quick", action="store_true", help="short: no claims from it, not kept")
    arguments = parser.parse_args(argv)
    facts, path = fingerprint(), FOLDER / ("quick" if arguments.quick else "bars")
    FOLDER.mkdir(exist_ok=True)
    bars = {} if arguments.quick else earlier(path.with_suffix(".json"), facts)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(folder, arguments.quick)
        for number in arguments.only:
            bars[number] = measure(number, run, facts)
            path.with_suffix(".json").write_text(
                json.dumps({"machine": facts, "bars": bars}, indent=1))
            path.with_suffix(".md").write_text(document(facts, bars))
            print(terminal({number: bars[number]}), flush=True)
    if len(bars) > 1:
        print("\n" + terminal(bars))
    for number in arguments.only:
        for note in bars[number]["notes"]:
            print(f"bar {number}: {note}")
    Session.log(f"written to {path.with_suffix('.md')}")


if __name__ == "__main__":
    main()
