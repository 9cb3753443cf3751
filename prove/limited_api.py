"""What CPython's Limited API costs a call: one row through 784-512-10, two builds alternating.

    python prove/limited_api.py [FOLDER]    # FOLDER: where both builds are, or will be

One wheel could serve every CPython from 3.11 on, if the cost were below 0.3 us.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import record

ROUNDS = 12
BAR = 0.3  # us
ROOT = Path(__file__).parents[1]
BUILDS = {"full": "", "limited": "-DPy_LIMITED_API=0x030B0000"}  # and their CFLAGS
PROGRAM = """
import time
import numpy as np
import fastdense as fd
fd.config.set_num_threads(1)
fd.utils.set_random_seed(0)
model = fd.Sequential([fd.layers.Dense(512, "relu"), fd.layers.Dense(10, "softmax")])
model.build((None, 784))
row = np.random.default_rng(0).random((1, 784), dtype=np.float32)
def best(call):
    for _ in range(200):
        call()
    shortest = float("inf")
    for _ in range(150):
        start = time.perf_counter()
        for _ in range(100):
            call()
        shortest = min(shortest, time.perf_counter() - start)
    return 1e4 * shortest  # us a call
print(best(lambda: model.predict(row, verbose=0)), best(lambda: model.predict_on_batch(row)),
      fd.__file__)
"""


def build(folder, flags):
    """Install fastdense into a folder, compiled with these flags."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target",
                    folder, ROOT], check=True, env={**os.environ, "CFLAGS": flags})


def microseconds(folder):
    """Return the us of `predict` and of `predict_on_batch` in a fresh process."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True,
                          check=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)})
    *figures, imported = done.stdout.split()
    if not imported.startswith(str(folder)):
        sys.exit(f"expected fastdense of {folder}. Received: {imported}")
    return [float(figure) for figure in figures]


def main(folder):
    folders = {name: Path(folder).resolve() / name for name in BUILDS}
    for name, flags in BUILDS.items():
        if not folders[name].exists():
            build(folders[name], flags)
    best = {name: [float("inf")] * 2 for name in BUILDS}
    for _ in range(ROUNDS):
        for name, seen in best.items():
            best[name] = [min(pair) for pair in zip(seen, microseconds(folders[name]), strict=True)]
    figures = zip(("predict", "predict_on_batch"), *best.values(), strict=True)
    calls = [f"{call} {full:.2f} -> {limited:.2f} us ({limited - full:+.2f})"
             for call, full, limited in figures]
    record("limited API", f"{', '.join(calls)}; one abi3 wheel if below {BAR}")
    print(*calls, sep="\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(temporary)
