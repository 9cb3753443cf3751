"""Memory is given back, and where there is none a call fails and leaves the model alone."""

import gc
import itertools
import os
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import fastdense as keras

FAULTS = Path(__file__).with_name("allocation")
X = np.random.default_rng(0).normal(size=(64, 8)).astype(np.float32)
Y = np.arange(64) % 3
SLACK = 2**20  # bytes of the process: the system counts in pages, the allocator in arenas


def model_of(units=16):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(units, activation="relu"),
                              keras.layers.Dropout(0.2), keras.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def growth(work, times):
    """What a call adds to the memory: (bytes of the process, traced bytes, objects) for so many."""
    for _ in range(max(20, times // 10)):  # caches fill, arenas are made
        work()
    gc.collect()
    objects, before = len(gc.get_objects()), resident()
    for _ in range(times):
        work()
    gc.collect()
    grown, more = resident() - before, len(gc.get_objects()) - objects
    tracemalloc.start()
    traced = []
    for _ in range(5):
        for _ in range(min(times, 50)):
            work()
        gc.collect()
        traced.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    # What leaks grows every time; NumPy's and Python's own caches, and what is kept under a name
    # and replaced, do not.
    traced = min(after - before for before, after in itertools.pairwise(traced))
    return grown, traced, more


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measured through Linux's /proc")
@pytest.mark.parametrize(("name", "quick", "full"), [
    ("predict", 2_000, 100_000), ("fit", 30, 1_000), ("save and load", 20, 1_000),
    ("make, train and drop", 20, 1_000)])
def test_nothing_grows(name, quick, full, count, figure, tmp_path):
    pytest.importorskip("safetensors")
    model, times = model_of(), count(quick, full)
    model.fit(X, Y, verbose=0)

    def save_and_load():
        for ending in (".safetensors", ".keras"):
            model.save(tmp_path / f"m{ending}")
            keras.models.load_model(tmp_path / f"m{ending}").predict(X[:4], verbose=0)

    work = {"predict": lambda: model.predict(X[:4], verbose=0),
            "fit": lambda: model.fit(X, Y, epochs=2, batch_size=16, verbose=0),
            "save and load": save_and_load,
            "make, train and drop": lambda: model_of(200).fit(X, Y, verbose=0)}[name]
    grown, traced, more = growth(work, times)
    figure(f"memory: {name}", f"{times:,} times: {grown / 2**10:+,.0f} kB resident")
    assert traced < 8192 and more < 50
    assert grown < SLACK


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"),
                    reason="needs a C compiler and LD_PRELOAD")
def test_no_memory(count, figure, tmp_path):
    """One allocation after the other fails: see allocation/inject.py."""
    pytest.importorskip("safetensors")
    pytest.importorskip("h5py")
    library = tmp_path / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, FAULTS / "faults.c", "-ldl"],
                   check=True)
    some = count(["first predict", "train_on_batch", "load .safetensors"], [])
    done = subprocess.run(
        [sys.executable, FAULTS / "inject.py", count("25", "500"), *some], text=True,
        capture_output=True, env={**os.environ, "LD_PRELOAD": str(library), "OMP_NUM_THREADS": "2",
                                  "PYTHONPATH": os.pathsep.join([
                                      str(Path(keras.__file__).parents[1]),
                                      str(FAULTS.parents[1])])})
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line.split(": ") for line in done.stdout.splitlines()]
    assert len(lines) == (len(some) or 35) and all(int(line[1]) > 0 for line in lines)
    figure("no memory", f"{sum(int(line[1]) for line in lines)} allocations of {len(lines)} "
                        "operations failed, 0 crashes, 0 changed models")
