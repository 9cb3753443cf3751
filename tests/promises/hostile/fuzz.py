"""Loads damaged files: run as a program, in a process of its own that a crash may end.

``python fuzz.py N SEED KIND...``: whatever the bytes, the outcome is a model or an error of the
kind that the documentation names; anything else is printed with the number of the case. The
address space is limited, so that an allocation that the file does not justify is a failure, too,
and every load has a second of processor time. Prints for each kind the number of cases, how many
were refused, and the longest load.
"""

import random
import resource
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

from promises.hostile.targets import KINDS

SPARE = 2**26  # bytes of address space that loads may take, all together


class Hang(BaseException):
    """Not an Exception: nothing that loads may swallow it."""


def hang(number, frame):
    raise Hang


def limit_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + SPARE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(n, seed, kinds):
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, hang)
    shm = Path("/dev/shm")  # files that no disk sees
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        targets = {kind: KINDS[kind](Path(folder)) for kind in kinds}
        for target in targets.values():  # what is imported late is imported, and honest files load
            for data in target.honest:
                target.load(data)
        limit_memory()
        for kind, target in targets.items():
            refused, longest = 0, 0.0
            for case in range(seed, seed + n):
                try:
                    accepted, seconds = one(target, random.Random(case))
                except BaseException:
                    print(f"case {case} of {kind}", flush=True)
                    raise
                refused += not accepted
                longest = max(longest, seconds)
            print(kind, n, refused, f"{longest:.3f}", sep=": ", flush=True)


def one(target, chance):
    """Return whether a damaged file was accepted, and how long that took."""
    data = target.damage(chance.choice(target.honest), chance)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, 1.0)
    try:
        target.load(data)
        accepted = True
    except target.errors:
        accepted = False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return accepted, time.process_time() - start


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
