"""Put the speed table that bench/report.py has measured into the README.

``python bench/readme.py``, after ``python bench/report.py`` or ``... --book``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import tables

__all__ = ["section", "written_into"]

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- speed table: begin -->", "<!-- speed table: end -->"


def section(results):
    """Return what stands between the markers: the rows of the book's net, and where from."""
    rows = [row for row in results["rows"] if row["key"].startswith("book ")
            and row["key"] != "book forward"]
    return (f"{tables.table(results, rows)}\n\n(n x): the other library takes n times as long. "
            f"{tables.origin(results)}")


def written_into(text, section):
    """Return the README's text with another section; ValueError if a marker is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md: expected the markers {BEGIN!r} and {END!r}.")
    return f"{before}{BEGIN}\n{section}\n{END}{after}"


def main():
    """Rewrite README.md."""
    readme = HERE.parent / "README.md"
    results = json.loads((HERE / "report" / "results.json").read_text())
    readme.write_text(written_into(readme.read_text(), section(results)))
    loud = [note for note in results["notes"] if "not quiet" in note]
    print(f"{readme}: table of {results['machine']['date']}, commit "
          f"{results['machine']['commit']}", *loud, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
