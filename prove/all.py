"""`make prove`: every proof, one after the other, and a table of what passed.

    python prove/all.py TARGET...

Each is a target of the Makefile. One that fails does not hide the others: it shows in the table,
and in the exit code at the end.
"""

import subprocess
import sys
import time


def prove(target):
    """Run ``make TARGET``; return whether it passed, and the seconds it took."""
    started = time.monotonic()
    status = subprocess.run(["make", "--no-print-directory", target], check=False).returncode
    return status == 0, time.monotonic() - started


def main(targets):
    results = []
    for target in targets:
        print(f"\n== make {target}", flush=True)
        results.append((target, *prove(target)))
    print()
    for target, passed, seconds in results:
        print(f"{target:<16} {'passed' if passed else 'FAILED':<8} {seconds:7.0f} s")
    return int(not all(passed for _, passed, _ in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
