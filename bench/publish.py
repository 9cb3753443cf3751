"""Put what bench/report.py has measured into docs/performance/: the table, and the plots.

``python bench/publish.py``, after ``python bench/report.py``; docs/performance.md shows both.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import tables

__all__ = ["copy", "text"]

HERE = Path(__file__).resolve().parent
SHOWN = {
    "epoch_mnist": "Seconds of an epoch of MNIST, by library",
    "epoch_dense": "Seconds of an epoch of Gaussian data, by library",
    "width": "GFLOP/s over the width of the network, by library",
    "rows": "Time of a forward call over the rows in the batch, by library",
    "threads": "GFLOP/s over the number of threads",
    "roofline": "GFLOP/s of products over their arithmetic intensity, below the measured roof",
}


def text(results, pictures):
    """Return Markdown: where the figures come from, the table, and the named pictures."""
    parts = [tables.origin(results), tables.table(results),
             "(n x): the other library takes n times as long. More than 100 % of the peak is where "
             "products with zeros are left out: they are counted as if they had been done."]
    parts += [f"- {note}" for note in results["notes"]]
    parts += [f"![{SHOWN[name]}]({name}.png)" for name in pictures]
    return "\n\n".join(parts) + "\n"


def copy(report, folder):
    """Write report.md and the plots of the folder `report` into `folder`."""
    results = json.loads((report / "results.json").read_text())
    if results["quick"]:
        raise ValueError(f"{report} is of a quick run. Run bench/report.py without --quick.")
    drawn = SHOWN if results["curves"] else ()  # else what is there is of another run
    pictures = [name for name in drawn if (report / f"{name}.png").exists()]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in pictures:
        shutil.copyfile(report / f"{name}.png", folder / f"{name}.png")
    (folder / "report.md").write_text(text(results, pictures))
    return pictures


def main():
    """Rewrite docs/performance/."""
    folder = HERE.parent / "docs" / "performance"
    pictures = copy(HERE / "report", folder)
    print(f"{folder}: the table and {len(pictures)} plots", file=sys.stderr)


if __name__ == "__main__":
    main()
