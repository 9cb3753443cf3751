"""Complain about a built site that lacks a public name, or loads anything from the network.

`python docs/check_site.py FOLDER` after the build; it exits with 1 if there is something to say.
"""

import re
import sys
import zlib
from pathlib import Path

NAMES = Path(__file__).resolve().parents[1] / "tests" / "public_names.txt"
LOADS = re.compile(
    r"""<(?:script|img|iframe|source)[^>]*\ssrc=["']?(?:https?:)?//[^>]*>"""
    r"""|<link(?![^>]*rel=["']?canonical)[^>]*\shref=["']?(?:https?:)?//[^>]*>"""
    r"""|url\(["']?(?:https?:)?//[^)]*\)|@import[^;]*//[^;]*;""")


def told(site):
    """The names that objects.inv, Sphinx's list of what is documented where, has."""
    data = (site / "objects.inv").read_bytes()
    for _ in range(4):  # lines of its header
        data = data.partition(b"\n")[2]
    return {line.split(" ")[0] for line in zlib.decompress(data).decode().splitlines()}


def untold(site, names):
    """The public names that have no entry on any page."""
    return sorted(set(names) - told(site))


def loaded(site):
    """Dict of page or style sheet to what it loads from elsewhere."""
    files = sorted(path for end in ("html", "css") for path in site.rglob(f"*.{end}"))
    found = {path.relative_to(site).as_posix(): LOADS.findall(path.read_text()) for path in files}
    return {path: what for path, what in found.items() if what}


def complaints(site):
    """What is wrong with a built site, a line each."""
    lines = [f"{name}: no page tells of it" for name in untold(site, NAMES.read_text().split())]
    return lines + [f"{path}: loads {', '.join(what)}" for path, what in loaded(site).items()]


if __name__ == "__main__":
    found = complaints(Path(sys.argv[1]))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
