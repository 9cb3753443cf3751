"""Shared by all benchmarks: a clean environment, the machine's peak, and a table of rates.

A benchmark asks for `measure` and says what its function costs; the table at the end adds GFLOP/s,
per cent of the peak measured in the same run, GB/s, and the ratio to the same thing in NumPy.
"""

from __future__ import annotations

import os
import sys
import timeit
from pathlib import Path

os.environ.pop("OPENBLAS_CORETYPE", None)  # before NumPy loads its BLAS
os.environ.pop("OPENBLAS_L2_SIZE", None)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the checkout's fastdense
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "peers"))

import peak
import pytest
import work
from fingerprint import fingerprint

collect_ignore_glob = ["bar/*", "peers/*", "report/*"]
ROWS = []  # what `measure` has found, for the table
FACTS = fingerprint()
PASSING = ("commit", "date", "fastdense")  # facts that may differ between two comparable runs


def pytest_benchmark_update_machine_info(config, machine_info):
    """Store the machine with `--benchmark-json` and `--benchmark-save`."""
    machine_info["fastdense"] = {k: v for k, v in FACTS.items() if k not in PASSING}


def pytest_report_header(config):
    return "bench: " + ", ".join(f"{key} {value}" for key, value in FACTS.items())


@pytest.fixture(scope="session")
def machine():
    """The peak of float32 multiply-adds in GFLOP/s, with as many threads as fastdense takes."""
    import fastdense

    return {dtype: peak.gflops(dtype, fastdense.config.get_num_threads())
            for dtype in ("float32", "float64")}


@pytest.fixture
def measure(benchmark, machine, request):
    """A function that times ``function()`` and records its rates.

    ``measure(function, flops=0, nbytes=0, numpy=None, dtype="float32", setup=None, rounds=None)``:
    `flops` and `nbytes` are what one call computes and moves, `numpy` does the same in NumPy.
    `setup` runs before each of `rounds` calls and is not timed.
    """
    def run(function, *, flops=0, nbytes=0, numpy=None, dtype="float32", setup=None, rounds=None):
        if rounds:
            benchmark.pedantic(function, setup=setup, rounds=rounds, iterations=1,
                               warmup_rounds=0 if setup else 1)
        else:
            benchmark(function)
        if benchmark.stats is None:  # --benchmark-disable
            return
        seconds = benchmark.stats.stats.min
        row = {"name": request.node.name, "seconds": seconds}
        if flops:
            row["gflops"] = flops / seconds / 1e9
            row["peak"] = row["gflops"] / machine[dtype]
        if nbytes:
            row["gbytes"] = nbytes / seconds / 1e9
        if numpy is not None:
            timer = timeit.Timer(numpy)
            calls = max(1, int(0.02 / (timer.timeit(3) / 3)))
            row["numpy"] = min(timer.repeat(5, calls)) / calls / seconds
        benchmark.extra_info.update(row, **{key: FACTS[key] for key in PASSING})
        ROWS.append(row)
    return run


def pytest_terminal_summary(terminalreporter):
    """Print the table of rates."""
    if not ROWS:
        return
    write = terminalreporter.write_line
    terminalreporter.section("rates (least time; NumPy's time / ours)")
    width = max(len(row["name"]) for row in ROWS)
    write(f"{'':{width}} {'time':>12} {'GFLOP/s':>9} {'of peak':>8} {'GB/s':>7} {'x NumPy':>8}")
    for row in ROWS:
        cells = [f"{row[key] * scale:{form}}{unit}" if key in row else ""
                 for key, scale, form, unit in (
                     ("gflops", 1, ".1f", ""), ("peak", 100, ".0f", " %"),
                     ("gbytes", 1, ".1f", ""), ("numpy", 1, ".2f", ""))]
        write(f"{row['name']:{width}} {row['seconds'] * 1e6:>9.1f} us {cells[0]:>9} {cells[1]:>8} "
              f"{cells[2]:>7} {cells[3]:>8}")


@pytest.fixture(scope="session")
def mnist():
    """The book's net on MNIST's training set: the net, float32 rows and int64 labels."""
    from fastdense import datasets

    try:
        (x, y), _ = datasets.mnist.load_data()
    except (OSError, RuntimeError, ValueError) as error:
        pytest.skip(f"MNIST cannot be had: {error}")
    net = work.Net((784, 512, 10), 128, len(x))
    return net, x.reshape(len(x), -1).astype("float32") / 255, y.astype("int64")
