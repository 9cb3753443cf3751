"""The process is left alone: nothing that belongs to it has changed after any use of fastdense."""

import json
import os
import platform
import signal
import sys
import warnings

import numpy as np
import pytest
from promises import programs, surroundings

from fastdense import kernels

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc",
    reason="looks at the process by way of glibc and /proc")


def test_after_every_stage(count, figure):
    for level in count([kernels.level], kernels.cpu.supported_levels()):
        changed = json.loads(programs.run("-W", "error::RuntimeWarning", surroundings.__file__,
                                          FASTDENSE_MAX_ISA=level))
        assert set(changed) >= {stage.__name__ for stage in surroundings.STAGES}
        assert not any(changed.values()), changed
    figure("left alone", f"{len(surroundings.look())} things equal after import, fit, overflow, "
           "exception, Ctrl-C")


def flush_subnormals():
    fenv = (surroundings.ctypes.c_uint8 * 256)()
    libm = surroundings.ctypes.CDLL("libm.so.6")
    libm.fegetenv(fenv)
    kept = bytes(fenv)
    fenv[29] |= 0x80
    libm.fesetenv(fenv)
    return lambda: libm.fesetenv((surroundings.ctypes.c_uint8 * 256)(*kept))


def environment():
    os.environ["A_NEW_NAME"] = "1"
    return lambda: os.environ.pop("A_NEW_NAME")


def handler():
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    return lambda: signal.signal(signal.SIGUSR1, before)


def random_numbers():
    state = np.random.get_state()
    np.random.random()
    return lambda: np.random.set_state(state)


def filters():
    before = list(warnings.filters)
    warnings.simplefilter("ignore")
    return lambda: warnings.filters.__setitem__(slice(None), before)


def folder():
    before = os.getcwd()
    os.chdir("/")
    return lambda: os.chdir(before)


def file():
    opened = os.open("/dev/null", os.O_RDONLY)
    return lambda: os.close(opened)


CHANGES = {"environment": environment, "signal handlers": handler, "warnings": filters,
           "numpy's random numbers": random_numbers, "folder": folder, "open files": file}
if platform.machine() == "x86_64":
    CHANGES["floating point"] = flush_subnormals


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_would_be_noticed(name):
    before = surroundings.look()
    put_back = CHANGES[name]()
    try:
        found = surroundings.differences(before)
    finally:
        put_back()
    assert found[0].startswith(f"{name}:")
    assert not surroundings.differences(before)
