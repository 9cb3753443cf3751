"""The OpenMP of the wheel: beside torch, scikit-learn and jax, threadpoolctl, on a bare system.

    python prove/openmp.py [FOLDER]    # dist, with the wheels of `make wheels`

FASTDENSE_PEERS_PYTHON: an interpreter that has the neighbours (`make bench-peers` for
.venv). The bare system is made by debootstrap, and entered by chroot: both want root.
"""

import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import record

HERE = Path(__file__).parent
PEERS = os.environ.get("FASTDENSE_PEERS_PYTHON", sys.executable)
ORDERS = list(itertools.permutations(("fastdense", "torch", "sklearn", "jax")))
HANG = 600  # s
CROWDED = 5  # times slower than alone: what two pools that fight for the CPUs would exceed by far

LIMITS = """
import fastdense, threadpoolctl
fastdense.Sequential
own, = (lib for lib in threadpoolctl.threadpool_info() if "fastdense.libs" in lib["filepath"])
before = fastdense.config.get_num_threads()
with threadpoolctl.threadpool_limits(1, user_api="openmp"):
    limited = fastdense.config.get_num_threads()
after = fastdense.config.get_num_threads()
print(own["num_threads"], before, limited, after)
if limited != 1 or after != before:
    raise SystemExit("threadpoolctl does not limit fastdense")
"""
BARE = """
import ctypes.util, os
if ctypes.util.find_library("gomp") or os.path.exists("/usr/lib/x86_64-linux-gnu/libgomp.so.1"):
    raise SystemExit("this system has a libgomp")
import numpy, fastdense
model = fastdense.Sequential([fastdense.layers.Dense(10, "softmax")])
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(numpy.eye(10, dtype="f4"), numpy.arange(10), epochs=2, verbose=0)
print(model.predict(numpy.eye(10, dtype="f4"), verbose=0).shape, fastdense.config.get_num_threads())
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, **options)


def ask(command, site, **options):
    """Return what a Python program prints that imports fastdense from a folder."""
    return run(*command, stdout=subprocess.PIPE, timeout=HANG,
               env={**os.environ, "PYTHONPATH": str(site)}, **options).stdout.split()


def beside_others(site):
    """Every order of import and fit: same bits as alone, and about as fast."""
    program = HERE / "neighbours.py"
    answer, alone = ask([PEERS, program, "fastdense"], site)
    worst = 0
    for order in ORDERS:
        found, seconds = ask([PEERS, program, *order], site)
        if found != answer:
            sys.exit(f"other bits than alone, in the order {order}")
        worst = max(worst, float(seconds) / float(alone))
        print(*order, f"{float(seconds) / float(alone):.2f}", flush=True)
    if worst > CROWDED:
        sys.exit(f"{worst:.1f} times slower than alone")
    return f"{len(ORDERS)} orders: 0 hangs, same bits, at worst {worst:.2f} x the time alone"


def version_of(python):
    return run(*python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])",
               stdout=subprocess.PIPE).stdout.strip()


def fitting(folder, version):
    """Return the wheel for one version of CPython."""
    return next(folder.glob(f"*-cp{version.replace('.', '')}-*manylinux*.whl"))


def on_a_bare_system(folder):
    """Debian with nothing but Python; the wheel and NumPy are unpacked into it."""
    with tempfile.TemporaryDirectory(prefix="bare-") as root:
        run("debootstrap", "--variant=minbase", "--include=python3", "bookworm", root,
            stdout=subprocess.DEVNULL)
        return in_system(root, folder)


def in_system(root, folder):
    python = ["chroot", root, "python3"]
    version = version_of(python)
    wheel = fitting(folder, version)
    site = Path(root, "opt", "site")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--target", site, "--python-version",
        version, "--only-binary", ":all:", wheel)
    shape = ask([*python, "-c", BARE], "/opt/site")
    return f"Debian minbase, Python {version}, no libgomp: fit and predict on {shape[-1]} threads"


def main(folder):
    with tempfile.TemporaryDirectory() as site:
        run(PEERS, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site,
            fitting(folder, version_of([PEERS])))
        seen, *ours = ask([PEERS, "-c", LIMITS], site, cwd=site)
        record("threadpoolctl", f"sees it with {seen} threads; fastdense: {' -> '.join(ours)}")
        record("neighbours", beside_others(site))
    record("bare system", on_a_bare_system(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "dist").resolve())
