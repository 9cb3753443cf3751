"""Reads a log of valgrind: prints the reports in which the engine appears; fails if there are any.

Python and NumPy have reports of their own, about which nothing can be done here.
"""

import re
import sys
from pathlib import Path

PREFIX = re.compile(r"^==\d+== ?", re.MULTILINE)
ENGINE = re.compile(r"fastdense/kernels/|\((?:cpu|(?:base|avx2|avx512)_f\d\d)\.c:|__pyx_")
FINISHED = "ERROR SUMMARY"


def reports(log):
    """The paragraphs of a log that are reports, that is, have a stack."""
    paragraphs = re.split(r"\n\s*\n", PREFIX.sub("", log))
    return [text for text in paragraphs if re.search(r"^\s+(?:at|by) 0x", text, re.MULTILINE)]


def main(path):
    log = Path(path).read_text(errors="replace")
    if FINISHED not in log:
        return f"{path}: valgrind did not come to its end"
    found = reports(log)
    ours = [text for text in found if ENGINE.search(text)]
    print(*ours, f"{len(ours)} of {len(found)} reports concern the engine", sep="\n\n")
    return int(bool(ours))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
