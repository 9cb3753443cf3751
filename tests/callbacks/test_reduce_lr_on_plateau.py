"""Lowering the learning rate: as Keras, case by case, and in a real fit."""

import logging

import numpy as np
import pytest
from callback_driver import golden_cases

import fastdense as keras
from fastdense.callbacks import ReduceLROnPlateau


@pytest.mark.parametrize("case", golden_cases("ReduceLROnPlateau"),
                         ids=lambda case: str(case["options"]))
def test_as_keras(case, replay):
    assert replay(case) == case["events"]


def rates(learning_rate=0.1, epochs=4, **options):
    model = keras.Sequential([keras.layers.Dense(2)])
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    reduce = ReduceLROnPlateau("loss", min_delta=100, patience=1, **options)
    x = np.ones((8, 3))
    history = model.fit(x, x[:, :2], epochs=epochs, verbose=0, callbacks=[reduce])
    return [*history.history["learning_rate"], float(model.optimizer.learning_rate)]


def test_in_a_fit():
    assert rates() == pytest.approx([0.1, 0.1, 0.01, 0.001, 0.0001], rel=1e-6)
    assert rates(cooldown=2) == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001], rel=1e-6)
    assert rates(min_lr=0.005) == pytest.approx([0.1, 0.1, 0.01, 0.005, 0.005], rel=1e-6)


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_factor(factor):
    with pytest.raises(ValueError, match=f"a factor >= 1.0. Received factor={factor}"):
        ReduceLROnPlateau(factor=factor)


def test_unknown_arguments_are_named():
    with pytest.warns(UserWarning, match="unknown arguments .'epsilon'"):
        ReduceLROnPlateau(epsilon=1e-4)


def test_optimizer_with_a_schedule():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    with pytest.raises(TypeError, match="This optimizer was created with a `LearningRateSchedule`"):
        rates(schedule)


def test_missing_monitor_warns():
    reduce = ReduceLROnPlateau()
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="conditioned on metric `val_loss` which is not available"):
        model.fit(np.ones((2, 1)), np.ones(2), verbose=0, callbacks=[reduce])


def test_told_to_the_logger(caplog):
    caplog.set_level(logging.INFO, logger="fastdense")
    keras.config.disable_interactive_logging()
    try:
        rates(verbose=1, epochs=2)
    finally:
        keras.config.enable_interactive_logging()
    assert "ReduceLROnPlateau reducing learning rate to 0.01" in caplog.text
