"""What the machine offers: levels, threads, quotas, forks."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from fastdense import kernels


def python(code, **environment):
    """Run code in a fresh interpreter; return (exit status, stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120,
        env={**os.environ, **environment}, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


@pytest.mark.parametrize("level", kernels.LEVELS)
def test_the_level_can_be_lowered(level):
    wanted = [name for name in kernels.LEVELS[:kernels.LEVELS.index(level) + 1]
              if name in kernels.built_levels() and name in kernels.cpu.supported_levels()][-1]
    status, out, err = python("import fastdense; print(fastdense.config.instruction_set())",
                              FASTDENSE_MAX_ISA=level)
    assert (status, out) == (0, wanted), err


def test_an_unknown_level_fails_at_import_and_lists_the_choices():
    status, _, err = python("import fastdense.kernels", FASTDENSE_MAX_ISA="sse9")
    assert status != 0
    assert "base, avx2, avx512" in err
    assert "sse9" in err


def test_threads_follow_omp_num_threads():
    code = "import fastdense; print(fastdense.config.get_num_threads())"
    assert python(code, OMP_NUM_THREADS="1")[1] == "1"
    assert int(python(code, OMP_NUM_THREADS="64")[1]) <= kernels.cpu.affinity_cpus()


def test_threads_follow_threadpoolctl():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    with threadpoolctl.threadpool_limits(1):
        assert kernels.cpu.get_thread_limit() == 1
        assert "threadpoolctl" in kernels.cpu.thread_limit_source()


def write(root, path, text):
    path = root / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(("files", "membership", "expected"), [
    ({"a/b/cpu.max": "150000 100000"}, "0::/a/b", 2),
    ({"a/b/cpu.max": "max 100000"}, "0::/a/b", None),
    ({"a/cpu.max": "50000 100000", "a/b/cpu.max": "400000 100000"}, "0::/a/b", 1),
    ({"cpu.max": "300000 100000"}, "0::/", 3),
    ({}, "0::/gone", None),
    ({"cpu/x/cpu.cfs_quota_us": "250000\n", "cpu/x/cpu.cfs_period_us": "100000\n"},
     "4:cpu,cpuacct:/x\n3:memory:/y", 3),
    ({"cpu/x/cpu.cfs_quota_us": "-1\n", "cpu/x/cpu.cfs_period_us": "100000\n"}, "4:cpu:/x", None),
    ({"a/cpu.max": "rubbish"}, "0::/a", None),
], ids=["v2", "v2-max", "v2-ancestor", "v2-root", "v2-no-file", "v1", "v1-unlimited", "torn"])
def test_container_quota(tmp_path, files, membership, expected):
    for path, text in files.items():
        write(tmp_path / "cgroup", path, text)
    write(tmp_path, "membership", membership + "\n")
    found = kernels.cpu.cgroup_cpus(str(tmp_path / "cgroup"), str(tmp_path / "membership"))
    assert found == expected


FORK = """
import os, numpy as np, fastdense as fd
fd.config.set_num_threads(2)
x = np.random.default_rng(0).random((2000, 300), dtype="f4")
y = np.arange(2000) % 10
def run():
    fd.utils.set_random_seed(1)
    model = fd.Sequential([fd.layers.Dense(300, "relu"), fd.layers.Dense(10, "softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=500, epochs=2, verbose=0)
    return model.predict(x).tobytes()
parent = run()
assert fd.config.get_num_threads() == 2
pid = os.fork()
if pid == 0:
    os._exit(0 if run() == parent and fd.config.get_num_threads() == 1 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_computes_the_same_bits():
    status, out, err = python(FORK, PYTHONWARNINGS="ignore")
    assert (status, out) == (0, "0"), err


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc is the one that keeps it")
def test_freed_memory_goes_back_to_the_system():
    """glibc would keep an array of 24 MB once a larger one has been freed."""
    done = subprocess.run([sys.executable, "-c", KEPT], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after < before - 50_000, "kB of 72 MB freed"


KEPT = """
import numpy as np
from fastdense.kernels import cpu
def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if "VmRSS" in line)
np.ones(31 * 2**17)
arrays = [np.ones(3 * 2**20) for _ in range(4)]
del arrays[:3]
before = resident()
cpu.give_memory_back()
print(before, resident())
"""
