"""compile in all its forms, and the attributes that it leaves."""

import threading

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers, metrics

X = np.random.default_rng(0).standard_normal((12, 2)).astype("f4")
Y = X.sum(axis=1, keepdims=True)


def compiled(*args, **options):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(*args, **options)
    return model


@pytest.mark.parametrize("loss", ["mse", ["mse"], ("mse",), {"dense": "mse"}])
def test_one_loss_in_any_wrapping(loss):
    model = compiled("sgd", loss)
    assert model.loss == "mse"
    assert model.evaluate(X, Y + 2, verbose=0) == pytest.approx(4)


def test_a_config_is_not_a_dict_of_one():
    config = keras.losses.serialize(keras.losses.MeanSquaredError())
    assert compiled("sgd", config).evaluate(X, Y + 2, verbose=0) == pytest.approx(4)


@pytest.mark.parametrize("given", [
    ["mse", "accuracy"], ("mse", "accuracy"), [["mse", "accuracy"]], {"dense": ["mse", "accuracy"]},
    [["mse"], [["accuracy"]], None]])
@pytest.mark.parametrize("kind", ["metrics", "weighted_metrics"])
def test_metrics_in_any_nesting(kind, given):
    model = compiled("sgd", "mse", **{kind: given})
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert list(logs) == ["accuracy", "loss", "mse"]


def test_the_config_of_a_metric():
    config = metrics.serialize(metrics.BinaryAccuracy(threshold=0.25))
    model = compiled("sgd", "mse", metrics=[config])
    assert list(model.evaluate(X, Y, verbose=0, return_dict=True)) == ["binary_accuracy", "loss"]


@pytest.mark.parametrize("weight", [0.25, [0.25], {"dense": 0.25}, np.float32(0.25)])
def test_loss_weights(weight):
    """The loss is scaled, in the logs and in the step; metrics are not."""
    plain, scaled = compiled(keras.optimizers.SGD(0.1), "mse", metrics=["mse"]), compiled(
        keras.optimizers.SGD(0.4), "mse", loss_weights=weight, metrics=["mse"])
    for model in (plain, scaled):
        model.fit(X, Y + 2, batch_size=5, epochs=2, shuffle=False, verbose=0)
    a, b = plain.history.history, scaled.history.history
    np.testing.assert_allclose(np.array(a["loss"]) / 4, b["loss"], rtol=1e-6)
    np.testing.assert_allclose(a["mse"], b["mse"], rtol=1e-6)
    np.testing.assert_allclose(plain.get_weights()[0], scaled.get_weights()[0], rtol=1e-6)


def test_what_is_ignored_is_kept():
    model = keras.Sequential()
    assert (model.run_eagerly, model.steps_per_execution, model.jit_compile) == (False, 1, "auto")
    model.compile(run_eagerly=True, steps_per_execution=4, jit_compile=False)
    assert (model.run_eagerly, model.steps_per_execution, model.jit_compile) == (True, 4, False)


def test_attributes():
    model = keras.Sequential([layers.Dense(1)])
    assert not model.compiled and model.metrics == [] == model.metrics_names
    model = compiled("sgd", "mse", metrics=["mse", "accuracy"])
    assert model.compiled and model.metrics_names == ["loss"]
    values = model.evaluate(X, Y + 2, verbose=0)
    assert model.metrics_names == ["loss", "mse", "accuracy"] and len(values) == 3
    assert [m.name for m in model.metrics] == ["mse", "accuracy"]
    assert model.metrics[0].result() == pytest.approx(4)
    model.reset_metrics()
    assert model.metrics[0].result() == 0


def test_who_evaluates_beside_another_has_metrics_of_their_own():
    model = compiled("sgd", "mse", metrics=["mse"])
    inner, outer = [], []

    class Again(keras.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            inner.append(self.model.evaluate(X, Y + 1, verbose=0))

    def beside():
        outer.append(model.evaluate(X, Y, verbose=0))
        model.evaluate(X, Y, batch_size=len(X), verbose=0, callbacks=[Again()])
        outer.append(hasattr(model._apart, "measures"))

    model.evaluate(X, Y + 2, verbose=0)
    with model._measuring:  # as while it runs
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    assert outer == [[0, 0], False] and inner == [pytest.approx([1, 1])]
    assert model.metrics[0].result() == pytest.approx(4)
