"""How much of fastdense the tests run: lines and branches of Python, lines of the Cython engine.

The suite runs in a copy whose engine is compiled with gcov's counters. The figures go to
figures.json, what did not run to build/coverage. Arguments go to pytest: a part of the suite, of
which no figure is noted.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import engine_lines
import figures

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "build" / "coverage" / "tree"
PAGES = COPY.parent
# Last on the command line, so they win over the flags of setup.py. -O1 keeps the suite bearable.
COMPILER = '#!/bin/sh\nexec gcc "$@" -O1 --coverage -fprofile-update=atomic\n'


def copy():
    shutil.rmtree(PAGES, ignore_errors=True)
    names = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True)
    for name in names.splitlines():
        target = COPY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def build():
    compiler = PAGES / "gcc-with-counters"
    compiler.write_text(COMPILER)
    compiler.chmod(0o755)
    run("setup.py", "-q", "build_ext", "--inplace", CC=str(compiler))


def run(*command, check=True, **environment):
    print("$ python", *command, flush=True)
    return subprocess.run([sys.executable, *command], cwd=COPY, check=check,
                          env={**os.environ, **environment})


def test(*arguments):
    """Run tests with counting; what they ran is added to what was counted before."""
    # A KeyboardInterrupt within coverage's own code leaves its lock taken, and the process hangs.
    done = run("-m", "coverage", "run", "-m", "pytest", "--timeout=1800",
               "--ignore=tests/promises/test_ctrl_c.py", *arguments, check=False)
    return done.returncode == 0


def main():
    copy()
    build()
    part = sys.argv[1:]
    passed = test(*part) or test("--last-failed")  # what waits for a time may be late in this build
    run("-m", "coverage", "combine", "--quiet")
    run("-m", "coverage", "json", "--quiet", "-o", str(PAGES / "python.json"))
    run("-m", "coverage", "html", "--quiet", "-d", str(PAGES / "python"))
    run("-m", "coverage", "report", "--skip-covered", "--show-missing")
    totals = json.loads((PAGES / "python.json").read_text())["totals"]
    counts = engine_lines.lines(COPY)
    engine_lines.write_html(counts, COPY, PAGES / "engine.html")
    ran, n = engine_lines.share(counts)
    figure = (f"Python {totals['covered_lines']} of {totals['num_statements']} lines "
              f"({totals['percent_statements_covered']:.1f} %), {totals['covered_branches']} of "
              f"{totals['num_branches']} branches ({totals['percent_branches_covered']:.1f} %); "
              f"engine {ran} of {n} lines ({100 * ran / n:.1f} %)")
    print(f"{figure}\n{PAGES}/python/index.html, {PAGES}/engine.html")
    if not passed:
        sys.exit("The tests failed: the figure is not noted.")
    if not part:
        figures.record("coverage", figure)


if __name__ == "__main__":
    main()
