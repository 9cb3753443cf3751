"""Fixtures for all tests: every engine that this CPU runs, and settings put back after each test.
"""

from __future__ import annotations

import signal

import numpy as np
import pytest

from fastdense import config, kernels
from fastdense.kernels.rules import Factors

DTYPES = {"f32": np.float32, "f64": np.float64}


def engines():
    """One parameter per level and dtype; levels that the CPU lacks are skipped with the reason."""
    supported = kernels.cpu.supported_levels()
    for level in kernels.built_levels():
        skip = pytest.mark.skipif(level not in supported, reason=f"this CPU has no {level}")
        for i, dtype in enumerate(DTYPES):
            yield pytest.param((level, i), id=f"{level}-{dtype}", marks=skip)


@pytest.fixture(params=engines())
def engine(request):
    """The engine module of one level and dtype, with its `dtype` and `level` as attributes."""
    level, i = request.param
    return Engine(level, i)


class Engine:
    """An engine module that also knows its dtype and its level."""

    def __init__(self, level, i):
        self.module = kernels.load(level)[i]
        self.level = level
        self.dtype = list(DTYPES.values())[i]
        self.eps = np.finfo(self.dtype).eps

    def __getattr__(self, name):
        return getattr(self.module, name)

    def edge_sizes(self):
        """Sizes around one tile and one panel, where the loops change."""
        rows, panel, vector = (self.module.TILE[k] for k in ("rows", "panel", "vector"))
        return sorted({1, 2, 3, rows - 1, rows, rows + 1, vector, vector + 1, panel - 1, panel,
                       panel + 1, 3 * panel + 5})


def factors(steps=1, **values):
    """What the engine reads of so many steps: the same Factors for each of them."""
    return np.tile(np.array(Factors(**values), dtype=float), (steps, 1))


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard():
    """In the background of a shell it would be ignored, and tests that send it would not end."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def settings_put_back():
    """A test that changes the dtype or the number of threads does not change the next one."""
    yield
    config.set_floatx("float32")
    config.set_num_threads(None)


@pytest.fixture(autouse=True)
def plain_surroundings():
    """The terminal that the tests run in, if any, does not show in what is drawn."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COLUMNS", "NO_COLOR", "PYCHARM_HOSTED"):
            patch.delenv(name, raising=False)
        patch.setenv("TERM", "xterm")
        yield


@pytest.fixture
def rng():
    return np.random.default_rng(0)
