"""The learning rate of every epoch by a function."""

import inspect
import math

import numpy as np
import pytest

import fastdense as keras
from fastdense.callbacks import LearningRateScheduler


def fit(schedule, epochs=3, learning_rate=0.5, verbose=0):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    return model.fit(np.ones((4, 2)), np.ones(4), epochs=epochs, verbose=0,
                     callbacks=[LearningRateScheduler(schedule, verbose)]).history["learning_rate"]


class Halved:
    def __call__(self, epoch, lr):
        return lr / 2


@pytest.mark.parametrize(("schedule", "rates"), [
    (lambda epoch: 1.0 / (2 + epoch), [0.5, 1 / 3, 0.25]),
    (lambda epoch, lr: lr / 2, [0.25, 0.125, 0.0625]),
    (lambda epoch, lr=None: 0.5 if lr is None else lr, [0.5, 0.5, 0.5]),
    (lambda *args: float(len(args)), [2.0, 2.0, 2.0]),
    (Halved(), [0.25, 0.125, 0.0625]),
    (lambda epoch: np.float32(0.5), [0.5, 0.5, 0.5]),
    (lambda epoch: np.float64(0.5), [0.5, 0.5, 0.5]),
    (math.hypot, [0.5, 1.25**0.5, 5.25**0.5]),  # compiled, may not tell what it takes
])
def test_rates(schedule, rates):
    found = fit(schedule)
    np.testing.assert_allclose(found, rates, rtol=1e-6)
    assert all(type(rate) is float for rate in found)


def test_the_update_uses_it():
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 1)), np.ones(4), verbose=0,
              callbacks=[LearningRateScheduler(lambda epoch: 0.25)])
    assert model.get_weights()[0][0, 0] == 0.5  # 0.25 times the gradient of (w x + b - 1)^2, 2


@pytest.mark.parametrize("value", [1, "0.1", None, np.ones(1)])
def test_anything_but_a_float(value):
    with pytest.raises(ValueError, match="The output of the `schedule` function should be a float"):
        fit(lambda epoch: value)


def test_type_errors_of_the_schedule_come_through():
    def schedule(epoch, lr):
        return lr + "0.1"

    with pytest.raises(TypeError, match="unsupported operand"):
        fit(schedule)


def test_optimizer_with_a_schedule():
    with pytest.raises(TypeError, match="This optimizer was created with a `LearningRateSchedule`"):
        fit(lambda epoch: 0.1,
            learning_rate=keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))


def test_verbose(capsys):
    fit(lambda epoch: 1.0 / (1 + epoch), epochs=2, verbose=1)
    assert capsys.readouterr().out == (
        "\nEpoch 1: LearningRateScheduler setting learning rate to 1.0.\n"
        "\nEpoch 2: LearningRateScheduler setting learning rate to 0.5.\n")


def test_schedule_that_does_not_tell_what_it_takes(monkeypatch):
    def refuse(function):
        raise ValueError("no signature found for builtin")

    monkeypatch.setattr(inspect, "signature", refuse)
    assert fit(lambda *args: float(len(args))) == [2.0, 2.0, 2.0]


def test_without_logs():
    LearningRateScheduler(lambda epoch: 0.5).on_epoch_end(0)
