"""What the machine offers: levels, threads. Quotas and forks: tests/promises."""

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


@pytest.mark.parametrize("level", kernels.built_levels())
def test_a_build_is_imported_or_refused(level):
    """Tools that walk a package import all of it: on no CPU may that end the interpreter."""
    status, out, err = python(
        f"import fastdense.kernels.{level}_f32 as f32, fastdense.kernels.{level}_f64 as f64\n"
        "print(f32.TILE, f64.TILE)")
    if level in kernels.cpu.supported_levels():
        assert status == 0 and out, err
    else:
        assert status == 1
        assert err.splitlines()[-1].startswith(
            f"ImportError: fastdense.kernels.{level}_f32: expected a CPU with AVX")


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


def test_threads_follow_openmps_own_limit():
    code = ("from fastdense.kernels import cpu\ncpu.set_thread_limit(2)\n"
            "print(cpu.get_thread_limit(), cpu.thread_limit_source())")
    assert python(code, OMP_THREAD_LIMIT="1")[1] == "1 OpenMP's own limit: OMP_THREAD_LIMIT"


def test_a_build_without_openmp_says_so(monkeypatch):
    monkeypatch.setattr(kernels.cpu, "HAS_OPENMP", False)
    assert kernels.cpu.thread_limit_source() == "this build has no OpenMP"


@pytest.mark.skipif(any(name.startswith("OMP_") for name in os.environ), reason="goes first")
def test_a_quota_says_so(monkeypatch):
    monkeypatch.setattr(kernels.cpu, "affinity_cpus", lambda: 8)
    for granted, said in ((4, "quota"), (8, "may run on"), (None, "may run on")):
        monkeypatch.setattr(kernels.cpu, "cgroup_cpus", lambda granted=granted: granted)
        assert said in kernels.cpu.thread_limit_source()


@pytest.mark.parametrize(("cpus", "expected"), [(6, 6), (None, 1)])
def test_a_system_without_affinity(monkeypatch, cpus, expected):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cpus)
    assert kernels.cpu.affinity_cpus() == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_is_serial():
    """It ends as programs do, not by os._exit as those of tests/promises."""
    status, out, err = python(FORKED)
    assert (status, err) == (0, "")
    assert out.startswith("1 a forked child computes serially")


FORKED = """
import os
from fastdense.kernels import cpu
child = os.fork()
if child == 0:
    print(cpu.get_thread_limit(), cpu.thread_limit_source())
else:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_an_engine_of_another_version_is_not_loaded():
    status, _, err = python("import collections\n"
                            "from fastdense.kernels import rules\n"
                            "rules.Factors = collections.namedtuple('Factors', 'rate')\n"
                            "import fastdense.kernels.base_f32")
    assert status == 1 and "ImportError: fastdense: the kernels and rules.py are of" in err


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


@pytest.mark.parametrize("threads", [1, 2])
def test_peak(engine, threads):
    assert engine.measure_peak(threads, 0.01) > 0  # GFLOP/s
