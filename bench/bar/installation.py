"""Bar 14: the time of an import and the size of the installed package."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .check import Check, Found

TITLE = "import, after NumPy is imported; the installed package"
IMPORT, SIZE = 30.0, 6.0  # ms, MB
SOURCES = (".c", ".h", ".pyx", ".pxi", ".pxd", ".md")  # of the compiled modules: not in the wheel
PROGRAM = """
import time, numpy
start = time.perf_counter()
import fastdense
imported = time.perf_counter() - start
fastdense.Sequential  # the door is lazy: this is what loads the package
print(imported, time.perf_counter() - start)
"""


def import_seconds(package):
    """Return the seconds that a fresh process takes to import the package, and to load it."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # as pip installs it: compiled
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True,
                            check=True, cwd=package.parent, env=environment)
    return [float(seconds) for seconds in answer.stdout.split()]


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
    rounds = [import_seconds(package) for _ in range(run.rounds(15) + 1)]
    imported, loaded = (1e3 * min(seconds) for seconds in zip(*rounds, strict=True))
    return Found([Check("import", imported, "<=", IMPORT, "ms"),
                  Check("import and first use, `fastdense.Sequential`", loaded, "<=", IMPORT, "ms"),
                  Check("installed", installed_bytes(package) / 1e6, "<=", SIZE, "MB")], [])
