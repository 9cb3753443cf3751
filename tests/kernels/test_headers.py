"""The headers of the engine compile without a warning, at every level and dtype."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HEADERS = sorted(path for path in (Path(__file__).parents[2] / "fastdense" / "kernels").glob("*.h")
                 if "windows" not in path.name)
COMPILER = os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang")
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function", "-std=gnu11"]

pytestmark = [
    pytest.mark.skipif(not HEADERS, reason="the sources are not beside the tests"),
    pytest.mark.skipif(COMPILER is None, reason="there is no C compiler"),
]


@pytest.mark.parametrize("double", ["0", "1"])
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_no_warnings(header, double):
    done = subprocess.run(
        [*COMPILER.split(), *FLAGS, f"-DFASTDENSE_DOUBLE={double}", "-O1", "-fopenmp",
         "-fsyntax-only", "-I", header.parent, "-x", "c", "-"],
        input=f'#include "tile.h"\n#include "{header.name}"\n', capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
