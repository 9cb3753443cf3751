"""Programs that the proofs run in interpreters of their own."""

import os
import subprocess
import sys
from pathlib import Path

import fastdense

HERE = Path(__file__).parent
PATHS = [str(Path(fastdense.__file__).parents[1]), str(HERE.parent)]


def environment(**changed):
    """The environment, in which fastdense and the tests are found, changed so."""
    paths = [*PATHS, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **changed}


def run(*arguments, prefix=(), timeout=1200, **changed):
    """Run ``python ARGUMENTS``; return what it printed. Fails with its errors, or if it hangs."""
    done = subprocess.run([*prefix, sys.executable, *map(str, arguments)], capture_output=True,
                          text=True, timeout=timeout, env=environment(**changed))
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()
