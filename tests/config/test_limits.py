"""Caps on epochs and steps: set by a call or by Keras's environment variables."""

import os
import subprocess
import sys

import numpy as np
import pytest

import fastdense as keras
from fastdense import config

X = np.ones((12, 1))
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


def sequential():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_fit_stops_at_the_limit_of_epochs():
    model = sequential()
    config.set_max_epochs(2)
    with pytest.warns(UserWarning, match="Limiting epochs to 2") as seen:
        history = model.fit(X, X, epochs=5, verbose=0)
    assert history.epoch == [0, 1] and history.params["epochs"] == 2
    assert seen[0].filename == __file__
    assert model.fit(X, X, epochs=2, verbose=0).epoch == [0, 1]  # nothing to warn about


@pytest.mark.parametrize(("run", "batches"), [
    (lambda model, count: model.fit(X, X, batch_size=2, epochs=2, verbose=0, callbacks=[count]), 6),
    (lambda model, count: model.evaluate(X, X, batch_size=2, verbose=0, callbacks=[count]), 3),
    (lambda model, count: model.predict(X, batch_size=2, verbose=0, callbacks=[count]), 3),
    (lambda model, count: model.fit(((X, X) for _ in range(9)), shuffle=False, verbose=0,
                                    callbacks=[count]), 3),
])
def test_runs_stop_at_the_limit_of_steps(run, batches):
    seen = []
    count = keras.callbacks.LambdaCallback(**{
        f"on_{kind}_batch_end": lambda batch, logs: seen.append(batch)
        for kind in ("train", "test", "predict")})
    config.set_max_steps_per_epoch(3)
    with pytest.warns(UserWarning, match="Limiting steps_per_epoch to 3"):
        run(sequential(), count)
    assert len(seen) == batches


def test_short_runs_are_left_alone():
    config.set_max_steps_per_epoch(6)
    assert sequential().predict(X, batch_size=2, verbose=0).shape == (12, 1)
