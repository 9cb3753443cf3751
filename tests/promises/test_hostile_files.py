"""A file that nobody vouches for is a model or an error, in little time and memory."""

import contextlib
import os
import subprocess
import sys
import time
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import fastdense as keras

pytest.importorskip("h5py")
pytest.importorskip("safetensors")

from promises.hostile import attacks, fuzz, targets

SPARE = 2**20  # bytes that a load may take beyond the size of the file that it refuses
# Bytes of JSON, 200 layers. A larger text, once its values and levels have been counted, may be in
# memory four more times.
LARGE_TEXT = 2**18
HERE = Path(__file__).parents[1]


# -- damaged at random ---------------------------------------------------------------------------


def fuzzed(job):
    n, seed, kinds = job
    return subprocess.run(
        [sys.executable, fuzz.__file__, str(n), str(seed), *kinds], capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(
            [str(Path(keras.__file__).parents[1]), str(HERE)])})


def test_damaged_files(count, figure):
    """Every loader, over and over, in processes whose memory and time are limited."""
    kinds = sorted(targets.KINDS)
    total = count(1_600, 1_000_000)
    each = -(-total // len(kinds))
    at_once = min(each, 5_000)
    jobs = [(min(at_once, each - seed), seed, kinds[half::2])
            for seed in range(0, each, at_once) for half in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(fuzzed, jobs))
    bad = [run.stdout[-300:] + run.stderr[-2000:] for run in done if run.returncode]
    assert not bad, f"{len(bad)} of {len(done)} processes failed, the first:\n{bad[0]}"
    lines = [line.split(": ") for run in done for line in run.stdout.splitlines()]
    tried = sum(int(line[1]) for line in lines)
    refused = sum(int(line[2]) for line in lines)
    longest = max(float(line[3]) for line in lines)
    assert tried >= total and longest <= 1.0
    assert 0 < refused < tried  # some are refused, and some strokes hit nothing that matters
    figure("hostile files", f"{tried:,} damaged files, {refused:,} refused, 0 crashes, 0 hangs, "
                            f"longest load {longest:.2f} s of processor time")


# -- made to hurt --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return attacks.corpus(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    """Return the loader of an ending, as a function of bytes."""
    folder, model = tmp_path_factory.mktemp("loading"), targets.small()

    def load(ending, data):
        path = folder / f"it{ending}"
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.load_weights(path) if ending.endswith(".h5") else (
                keras.models.load_model(path))
    return load


def seconds(load, ending, data):
    """CPU time that a refused file takes; tracemalloc would make it several times as long."""
    start = time.process_time()
    with contextlib.suppress(ValueError):
        load(ending, data)
    return time.process_time() - start


def test_attacks(corpus, load, figure):
    """Each is a ValueError, in a second, and takes no more than the file and a megabyte."""
    accepted, slow, large, most = [], [], {}, 0
    for name, (ending, data) in corpus.items():
        if name.startswith("honest"):
            load(ending, data)
            continue
        tracemalloc.start()
        try:
            load(ending, data)
            accepted.append(name)
        except ValueError:
            pass
        finally:
            beyond = tracemalloc.get_traced_memory()[1] - len(data)
            tracemalloc.stop()
        text = int.from_bytes(data[:8], "little") if ending == ".safetensors" else 0
        extra = 4 * text if LARGE_TEXT < text < len(data) else 0
        most = max(most, beyond - extra)
        if beyond > SPARE + extra:
            large[name] = beyond
        if not any(seconds(load, ending, data) < 1 for _ in range(3)):  # others only lengthen it
            slow.append(name)
    assert (accepted, slow, large) == ([], [], {})
    figure("attacks", f"{len(corpus)} made files, all refused, at most {most / 2**20:.2f} MB "
                      "beyond the size of the file")


@pytest.mark.parametrize("ending", [".keras", ".safetensors", ".weights.h5", ".h5"])
def test_cut_at_each_byte(ending, corpus, load, count):
    data = corpus[f"honest {ending}"][1]
    for end in range(0, len(data), count(max(1, len(data) // 60), 1)):
        with pytest.raises(ValueError, match=f"it{ending}"):
            load(ending, data[:end])
