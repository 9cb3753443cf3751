"""The comparison as Markdown: the table of `results`, and the report around it.

`results` is what bench/report.py measures and stores as results.json.
"""

from __future__ import annotations

from bar.check import duration

__all__ = ["document", "origin", "table"]


def table(results, rows=None):
    """Return the Markdown table: time, per cent of peak, and each peer's time and ratio."""
    names, peak = results["names"], results["peak"]["gflops"]
    others = [module for module in names if module != "ours"]
    head = ["work", "fastdense", "of peak", *(names[module] for module in others)]
    lines = [head, ["---"] * len(head)]
    for row in results["rows"] if rows is None else rows:
        seconds = row["seconds"]
        ours = seconds.get("ours")
        cells = ["-", "-"]
        if ours:
            cells = [duration(ours), f"{100 * row['flops'] / ours / peak / 1e9:.0f} %"]
        for s in (seconds.get(module) for module in others):
            ratio = f" ({s / ours:.3g} x)" if s and ours else ""
            cells.append(f"{duration(s)}{ratio}" if s else "-")
        lines.append([row["title"], *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def origin(results):
    """Return machine, versions, date and commit as one paragraph."""
    versions = ", ".join(f"{k} {v}" for k, v in results["versions"].items() if k != "fastdense")
    return ("{cpu}, {cpus} CPUs, {system}; level {level}, {threads} threads, {compiler}; fastdense "
            "{fastdense} at {commit}; Python {python}; {date}. ".format(**results["machine"])
            + f"Beside it: {versions}. Peak measured in this run: "
            "{gflops:.0f} GFLOP/s of float32 multiply-adds, {gbytes:.1f} GB/s of memory "
            "copies.".format(**results["peak"]))


def document(results, pictures):
    """Return the whole report; `pictures` are names of files beside it."""
    lines = ["# fastdense beside its peers", "", origin(results), ""]
    if results["quick"]:
        lines += ["**A quick run: few turns, small data. Make no claims from it.**", ""]
    lines += [table(results), "",
              "(n x): the peer takes n times as long. Times are the least of several turns taken "
              "in alternation; [bench/README.md](../README.md) says how.", ""]
    lines += [f"- skipped: {module} ({reason})" for module, reason in results["skipped"].items()]
    lines += [f"- {note}" for note in results["notes"]]
    lines += [f"\n![{name.removesuffix('.png')}]({name})" for name in pictures]
    return "\n".join(lines).rstrip() + "\n"
