"""Stopping when it does not get better: as Keras, case by case, and in a real fit."""

import numpy as np
import pytest
from callback_driver import golden_cases

import fastdense as keras
from fastdense.callbacks import EarlyStopping


@pytest.mark.parametrize("case", golden_cases("EarlyStopping"),
                         ids=lambda case: str(case["options"]))
def test_as_keras(case, replay):
    assert replay(case) == case["events"]


def trained(callback, epochs=10, **options):
    """A regression whose loss falls, then rises with the learning rate."""
    x = np.linspace(-1, 1, 16).reshape(16, 1)
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mse"])
    faster = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 if epoch < 5 else 3.0)
    history = model.fit(x, x, epochs=epochs, shuffle=False, verbose=0,
                        callbacks=[faster, callback], **options)
    return model, history


def test_stops_and_restores():
    stop = EarlyStopping("loss", patience=2, restore_best_weights=True)
    model, history = trained(stop)
    losses = history.history["loss"]
    assert 6 < len(losses) < 10
    assert stop.best_epoch == np.argmin(losses) and stop.best == min(losses)
    assert stop.stopped_epoch == len(losses) - 1
    np.testing.assert_array_equal(model.get_weights()[0], stop.best_weights[0])
    again, _ = trained(EarlyStopping("loss", patience=99), epochs=stop.best_epoch + 1)
    np.testing.assert_array_equal(model.get_weights()[0], again.get_weights()[0])


def test_restores_without_a_stop():
    stop = EarlyStopping("loss", patience=99, restore_best_weights=True)
    model, history = trained(stop)
    assert len(history.epoch) == 10
    np.testing.assert_array_equal(model.get_weights()[0], stop.best_weights[0])


def test_a_metric_of_validation():
    x = np.ones((4, 1))
    _, history = trained(EarlyStopping("val_mse"), validation_data=(x, -x), epochs=4)
    assert len(history.epoch) == 2


def test_missing_monitor_warns():
    with pytest.warns(UserWarning, match=r"Early stopping conditioned on metric `val_loss` which "
                                         r"is not available. Available metrics are: .*loss"):
        trained(EarlyStopping(), epochs=1)


def test_unknown_monitor():
    with pytest.raises(ValueError, match="EarlyStopping callback received monitor=nope"):
        trained(EarlyStopping("nope"))


def test_a_nan_is_no_best():
    stop = EarlyStopping("loss", mode="min", patience=5)
    stop.on_train_begin()
    for epoch, loss in enumerate([float("nan"), 2.0, float("nan"), 1.0]):
        stop.on_epoch_end(epoch, {"loss": loss})
    assert (stop.best, stop.best_epoch, stop.wait) == (1.0, 3, 0)


def test_a_monitor_value_of_ones_own():
    class Mine(EarlyStopping):
        def get_monitor_value(self, logs):
            return logs["loss"] + logs["mse"]

    stop = Mine(mode="min", patience=0)
    _, history = trained(stop)
    sums = np.add(history.history["loss"], history.history["mse"])
    assert stop.best == min(sums)
