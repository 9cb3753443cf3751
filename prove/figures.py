"""What the proofs found: one figure for each promise, with the commit and the day it was seen."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = HERE / "figures.json"


def record(promise, figure):
    """Keeps the latest figure of a promise in `figures.json`, and with it docs/quality.md."""
    figures = read()
    figures[promise] = {"figure": figure, "commit": commit(),
                        "date": datetime.date.today().isoformat()}
    FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    subprocess.run([sys.executable, HERE.parent / "docs" / "make_quality.py"], check=True)


def read():
    return json.loads(FIGURES.read_text()) if FIGURES.exists() else {}


def commit():
    done = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"],
                          capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":  # for the proofs that are shell programs: figures.py PROMISE FIGURE
    record(*sys.argv[1:])
