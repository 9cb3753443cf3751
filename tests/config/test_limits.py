"""Caps on epochs and steps: set by a call or by Keras's environment variables."""

import os
import subprocess
import sys

import numpy as np
import pytest

from fastdense import config

BOTH = ["max_epochs", "max_steps_per_epoch"]


@pytest.fixture(autouse=True)
def put_back():
    yield
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)


@pytest.mark.parametrize("what", BOTH)
def test_set_and_taken_away(what):
    get, put = getattr(config, what), getattr(config, f"set_{what}")
    assert get() is None
    put(np.int64(3))
    assert get() == 3 and type(get()) is int
    put(None)
    assert get() is None


@pytest.mark.parametrize("what", BOTH)
@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True])
def test_refused(what, wrong):
    with pytest.raises(ValueError, match=f"set_{what}: expected a positive integer or None"):
        getattr(config, f"set_{what}")(wrong)
    assert getattr(config, what)() is None


def started(**environment):
    code = "from fastdense import config; print(config.max_epochs(), config.max_steps_per_epoch())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, **environment})


def test_environment():
    assert started(KERAS_MAX_EPOCHS="2").stdout == "2 None\n"
    assert started(KERAS_MAX_STEPS_PER_EPOCH="7", KERAS_MAX_EPOCHS="").stdout == "None 7\n"
    assert "KERAS_MAX_EPOCHS to be an integer. Received: 'x'" in started(
        KERAS_MAX_EPOCHS="x").stderr
