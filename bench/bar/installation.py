"""Bar 14: the time of an import and the size of the installed package."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .check import Check, Found

TITLE = "import, after NumPy is imported; the installed package"
IMPORT, SIZE = 30.0, 6.0  # ms, MB
SOURCES = (".c", ".h", ".pyx", ".pxi", ".pxd")  # of the compiled modules: not in the wheel
PROGRAM = """
import time, numpy
start = time.perf_counter()
import fastdense
print(time.perf_counter() - start)
"""


def import_seconds(package):
    """Return the seconds that a fresh process takes to import the package."""
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True,
                            check=True, cwd=package.parent)
    return float(answer.stdout)


def installed_bytes(package):
    """Return the bytes that pip would install: what a wheel holds, and its bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "fastdense"
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns(
            "__pycache__", *(f"*{suffix}" for suffix in SOURCES)))
        compileall.compile_dir(copy, quiet=2)
        return sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())


def measure(run):
    import fastdense

    package = Path(fastdense.__file__).parent
    seconds = min(import_seconds(package) for _ in range(run.rounds(15) + 1))
    return Found([Check("import", 1e3 * seconds, "<=", IMPORT, "ms"),
                  Check("installed", installed_bytes(package) / 1e6, "<=", SIZE, "MB")], [])
