"""Containers: of all limits on CPUs the smallest wins, and nothing that a file says is fatal."""

import os
import shutil
import subprocess
import sys

import pytest
from promises import programs

from fastdense import kernels

CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def write(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def v1(path, quota, period="100000"):
    return {f"cpu/{path}/cpu.cfs_quota_us": f"{quota}\n", f"cpu/{path}/cpu.cfs_period_us": period}


# name: (files under /sys/fs/cgroup, /proc/self/cgroup, CPUs granted)
TREES = {
    "v2": ({"a/b/cpu.max": "150000 100000"}, "0::/a/b", 2),
    "v2, whole": ({"a/b/cpu.max": "400000 100000\n"}, "0::/a/b", 4),
    "v2, half a core": ({"a/cpu.max": "50000 100000"}, "0::/a", 1),
    "v2, a hundredth": ({"a/cpu.max": "1000 100000"}, "0::/a", 1),
    "v2, nothing": ({"a/cpu.max": "0 100000"}, "0::/a", 1),
    "v2, other period": ({"a/cpu.max": "25000 10000"}, "0::/a", 3),
    "v2, no limit": ({"a/b/cpu.max": "max 100000"}, "0::/a/b", None),
    "v2, ancestor smaller": ({"a/cpu.max": "50000 100000", "a/b/cpu.max": "400000 100000"},
                             "0::/a/b", 1),
    "v2, ancestor larger": ({"a/cpu.max": "800000 100000", "a/b/cpu.max": "300000 100000"},
                            "0::/a/b", 3),
    "v2, only the middle": ({"a/cpu.max": "max 100000", "a/b/cpu.max": "200000 100000",
                             "a/b/c/cpu.max": "max 100000"}, "0::/a/b/c", 2),
    "v2, root": ({"cpu.max": "300000 100000"}, "0::/", 3),
    "v2, group not mounted here": ({"cpu.max": "300000 100000"}, "0::/docker/1234", 3),
    "v2, outside of the namespace": ({"cpu.max": "200000 100000"}, "0::/../other", 2),
    "v2, colon in the name": ({"a:b/cpu.max": "200000 100000"}, "0::/a:b", 2),
    "v2, no file": ({}, "0::/gone", None),
    "v1": (v1("x", 250000), "4:cpu,cpuacct:/x\n3:memory:/y", 3),
    "v1, half a core": (v1("x", 50000), "4:cpu:/x", 1),
    "v1, no limit": (v1("x", -1), "4:cpu:/x", None),
    "v1, ancestor": ({**v1("x", 150000), **v1("x/y", -1)}, "4:cpuacct,cpu:/x/y", 2),
    "v1, group not mounted here": (v1(".", 200000), "4:cpu:/docker/1234", 2),
    "v1, of another controller": (v1("x", 100000), "4:cpuset:/x\n3:cpuacct:/x", None),
    "both": ({**v1("x", 300000), "x/cpu.max": "200000 100000"}, "4:cpu:/x\n0::/x", 2),
    "neither": ({}, "", None),
    # Files that are not as they should be say nothing, and stop nobody from importing.
    "rubbish": ({"a/cpu.max": "rubbish"}, "0::/a", None),
    "empty": ({"a/cpu.max": ""}, "0::/a", None),
    "one number": ({"a/cpu.max": "100000"}, "0::/a", None),
    "three numbers": ({"a/cpu.max": "1 2 3"}, "0::/a", None),
    "negative": ({"a/cpu.max": "-100000 100000"}, "0::/a", None),
    "no period": ({"a/cpu.max": "100000 0"}, "0::/a", None),
    "fractions": ({"a/cpu.max": "1.5 1"}, "0::/a", None),
    "digits of another kind": ({"a/cpu.max": "\u00b2 \u00b2"}, "0::/a", None),
    "too many digits": ({"a/cpu.max": "9" * 5000 + " 1"}, "0::/a", None),
    "no text": ({"a/cpu.max": b"\xff\xfe\x00"}, "0::/a", None),
    "folder": ({"a/cpu.max/file": ""}, "0::/a", None),
    "v1, half of it": ({"cpu/x/cpu.cfs_quota_us": "100000"}, "4:cpu:/x", None),
    "membership without fields": ({"a/cpu.max": "100000 100000"}, "rubbish\n\n0:\n0::/a", 1),
    "membership without text": ({}, b"\xff\xfe:\xff:\xff", None),
    "membership without a slash": ({"a/cpu.max": "100000 100000"}, "0::a", 1),
}


@pytest.mark.parametrize("name", TREES)
def test_quota(tmp_path, name):
    files, membership, expected = TREES[name]
    write(tmp_path / "cgroup", files)
    write(tmp_path, {"membership": membership})
    found = kernels.cpu.cgroup_cpus(str(tmp_path / "cgroup"), str(tmp_path / "membership"))
    assert found == expected


def test_no_files_at_all(tmp_path):
    assert kernels.cpu.cgroup_cpus(str(tmp_path / "no"), str(tmp_path / "none")) is None


# -- the smallest wins -----------------------------------------------------------------------------

PROGRAM = """
import numpy as np, fastdense as keras
chosen = {chosen}
if chosen:
    keras.config.set_num_threads(chosen)
print(keras.config.get_num_threads())
x = np.ones((600, 300), "f4")
model = keras.Sequential([keras.layers.Dense(300), keras.layers.Dense(300)])
model.compile("sgd", "mse")
model.fit(x, x, batch_size=200, epochs=2, verbose=0)
model.predict(x)
print(max(0, *(int(line.split()[1]) for line in open("/proc/self/status")
               if line.startswith("Threads"))) - 1)
"""


def threads_of(chosen=None, prefix=(), **environment):
    """(what get_num_threads says, threads that fit has started) in a fresh interpreter."""
    # NumPy's own library must start none.
    environment = {"OPENBLAS_NUM_THREADS": "1", **environment}
    printed = programs.run("-c", PROGRAM.format(chosen=chosen), prefix=prefix, timeout=60,
                           **environment)
    said, started = map(int, printed.split())
    return said, started


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


# (set_num_threads, environment, threads)
ENVIRONMENTS = [
    (7, {"OMP_THREAD_LIMIT": "2"}, 2),
    (None, {"OMP_NUM_THREADS": "1"}, 1),
    (3, {"OMP_NUM_THREADS": "1"}, 3),
    (None, {}, CPUS),
    (None, {"OMP_NUM_THREADS": "64"}, CPUS),
    (None, {"OMP_NUM_THREADS": "rubbish"}, CPUS),
    (None, {"OMP_THREAD_LIMIT": "1"}, 1),
    (None, {"OMP_NUM_THREADS": "7", "OMP_THREAD_LIMIT": "2"}, min(2, CPUS)),
    (7, {"OMP_THREAD_LIMIT": "1"}, 1),
    (3, {"OMP_DYNAMIC": "true"}, 3),
]


@needs_linux
def test_environment(monkeypatch, count):
    """A team may come out smaller than was asked for: nobody waits for threads that are not there.
    """
    for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OMP_DYNAMIC"):
        monkeypatch.delenv(name, raising=False)
    for chosen, environment, expected in ENVIRONMENTS[:count(3, None)]:
        said, started = threads_of(chosen, **environment)
        assert said == expected, environment
        assert started <= expected - 1, environment


@needs_linux
@pytest.mark.skipif(shutil.which("taskset") is None, reason="taskset is not installed")
def test_affinity():
    cpu = str(min(os.sched_getaffinity(0)))
    assert threads_of(prefix=["taskset", "-c", cpu]) == (1, 0)
    assert threads_of(prefix=["taskset", "-c", cpu], OMP_NUM_THREADS="4") == (1, 0)


@needs_linux
def test_a_container(tmp_path):
    """A process that finds a quota of half a core under /sys/fs/cgroup itself."""
    with open("/proc/self/cgroup") as file:
        groups = [line.rstrip("\n").split(":", 2) for line in file]
    write(tmp_path, {"cpu.max": "50000 100000", **v1(".", 50000)})
    if not groups or shutil.which("unshare") is None:
        pytest.skip("no cgroups here, or no unshare")
    prefix = ["unshare", "-m", "sh", "-c",
              f'mount --bind {tmp_path} /sys/fs/cgroup && exec "$@"', "sh"]
    if subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("may not mount")
    assert threads_of(prefix=prefix) == (1, 0)
    assert threads_of(prefix=prefix, OMP_NUM_THREADS="4") == (1, 0)


def test_figure(figure):
    figure("containers", f"{len(TREES)} cgroup trees of v1 and v2, {len(ENVIRONMENTS)} "
           "environments, affinity, a mounted quota: the smallest wins")
