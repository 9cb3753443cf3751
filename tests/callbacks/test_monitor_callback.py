"""Which way is better, and by how much."""

from types import SimpleNamespace

import numpy as np
import pytest
from callback_driver import metric

import fastdense as keras
from fastdense.callbacks import MonitorCallback


def watching(monitor="val_loss", mode="auto", metrics=(), **options):
    callback = MonitorCallback(monitor, mode, **options)
    callback.set_model(SimpleNamespace(metrics=metrics))
    callback._set_monitor_op()
    return callback


@pytest.mark.parametrize(("mode", "monitor", "better"), [
    ("max", "val_mse", np.greater), ("min", "val_loss", np.less), ("auto", "val_mse", np.less),
    ("auto", "loss", np.less), ("auto", "val_loss", np.less), ("auto", "acc", np.greater),
    ("auto", "val_accuracy", np.greater), ("auto", "val_top_k_categorical_accuracy", np.greater),
])
def test_direction_of_compiled_metrics(mode, monitor, better):
    model = keras.Sequential([keras.layers.Dense(6, activation="softmax")])
    model.compile("sgd", "mse", metrics=["mse", "acc", "accuracy",
                                         keras.metrics.TopKCategoricalAccuracy()])
    model.fit(np.ones((4, 3)), np.ones((4, 6)), verbose=0)
    callback = MonitorCallback(monitor, mode)
    callback.set_model(model)
    callback._set_monitor_op()
    assert callback.monitor_op is better


def test_metrics_inside_containers():
    inner = SimpleNamespace(metrics=[metric("f1", "up"), metric("f2", "down")])
    metrics = [SimpleNamespace(name="loss"), inner]
    assert watching("val_f1", metrics=metrics).monitor_op is np.greater
    assert watching("f2", metrics=metrics).monitor_op is np.less


@pytest.mark.parametrize("metrics", [(), [SimpleNamespace(name="nope")], [metric("other", "up")]])
def test_no_telling(metrics):
    with pytest.raises(ValueError, match=r"MonitorCallback callback received monitor=val_nope, but "
                                         r".*automatically determine.*Known without: loss"):
        watching("val_nope", metrics=metrics)


def test_unknown_mode():
    with pytest.warns(UserWarning, match="mode 'unknown' is unknown, fallback to auto mode"):
        callback = MonitorCallback(mode="unknown")
    assert callback.mode == "auto"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("mode", "value", "reference", "better"), [
    ("max", 0.75, 0, True), ("max", 0.5, None, True), ("max", 0.5, 0, False),
    ("max", 0.2, 0.5, False), ("min", -0.75, 0, True), ("min", -0.5, 0, False),
    ("min", 0.5, 0.2, False), ("min", np.nan, 0.5, False), ("min", 0.5, np.nan, True),
    ("max", np.nan, np.nan, False), ("max", np.nan, None, True),
])
def test_improvement(sign, mode, value, reference, better):
    callback = watching(mode=mode, min_delta=sign * 0.5)
    callback._set_monitor_op()  # a second time changes nothing
    assert callback._is_improvement(value, reference) is better


def test_the_direction_is_found_when_it_is_needed():
    callback = MonitorCallback("val_f1")
    callback.set_model(SimpleNamespace(metrics=[metric("f1", "up")]))
    assert callback._is_improvement(0.5, None) and callback.monitor_op is None
    assert callback._is_improvement(0.6, 0.5) and callback.monitor_op is np.greater


def test_subclass_in_the_style_of_keras():
    callback = watching(mode="min", min_delta=0.5)
    assert not callback.monitor_op(0.7 - callback.min_delta, 1.0)
    assert callback.monitor_op(0.3 - callback.min_delta, 1.0)
