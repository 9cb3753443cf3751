"""Losses made of functions: what the engine may compute itself, and gradients of the user's."""

import pickle

import numpy as np
import pytest

from fastdense import kernels, losses
from fastdense.kernels.rules import LossRule


def absolute(y_true, y_pred, scale=1.0):
    return scale * np.mean(np.abs(y_true - y_pred), axis=-1)


def absolute_gradient(y_true, y_pred, scale=1.0):
    return scale * np.sign(y_pred - y_true) / y_pred.shape[-1]


@pytest.mark.parametrize(("loss", "rule"), [
    (losses.MeanSquaredError(), LossRule("mean_squared_error")),
    (losses.MeanSquaredError(reduction="mean"), LossRule("mean_squared_error")),
    (losses.BinaryCrossentropy(), LossRule("binary_crossentropy")),
    (losses.BinaryCrossentropy(from_logits=True), LossRule("binary_crossentropy", True)),
    (losses.CategoricalCrossentropy(label_smoothing=0.1),
     LossRule("categorical_crossentropy", False, 0.1)),
    (losses.CategoricalCrossentropy(from_logits=1, label_smoothing=np.float32(0.5)),
     LossRule("categorical_crossentropy", True, 0.5)),
    (losses.SparseCategoricalCrossentropy(), LossRule("sparse_categorical_crossentropy")),
    (losses.SparseCategoricalCrossentropy(from_logits=True),
     LossRule("sparse_categorical_crossentropy", True)),
    (losses.LossFunctionWrapper(losses.mse), LossRule("mean_squared_error")),
    (losses.LossFunctionWrapper(losses.binary_crossentropy, from_logits=True),
     LossRule("binary_crossentropy", True)),
    (losses.LossFunctionWrapper(absolute), None),
    (losses.MeanSquaredError(reduction="sum"), None),
    (losses.MeanSquaredError(reduction=None), None),
    (losses.MeanSquaredError(reduction="mean_with_sample_weight"), None),
    (losses.MeanAbsoluteError(), LossRule("mean_absolute_error")),
    (losses.Huber(delta=2), LossRule("huber", delta=2.0)),
    (losses.LossFunctionWrapper(losses.huber), LossRule("huber", delta=1.0)),
    (losses.LogCosh(), LossRule("log_cosh")),
    (losses.Poisson(), None),
    (losses.BinaryFocalCrossentropy(), None),
    (losses.SparseCategoricalCrossentropy(ignore_class=0), None),
    (losses.CategoricalCrossentropy(label_smoothing=np.array([0.1, 0.2])), None),
])
def test_rule(loss, rule):
    assert loss.rule == rule
    if rule is not None:
        assert type(loss.rule.from_logits) is bool and type(loss.rule.label_smoothing) is float
        assert type(loss.rule.delta) is float


@pytest.mark.parametrize("method", ["call", "gradient", "weights", "__call__"])
def test_a_changed_subclass_has_no_rule(method):
    changed = type("Changed", (losses.MeanSquaredError,), {method: lambda self, *args: 0.0})
    assert changed().rule is None


def test_a_subclass_that_changes_nothing_keeps_the_rule():
    class Mine(losses.MeanSquaredError):
        def __init__(self):
            super().__init__(name="mine")

    assert Mine().rule == LossRule("mean_squared_error")


def test_function_of_the_user():
    loss = losses.LossFunctionWrapper(absolute, name="abs", scale=2.0)
    y_true, y_pred = np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])
    assert loss(y_true, y_pred) == 2.0
    with pytest.raises(NotImplementedError, match=r"a function with a gradient.*absolute"):
        loss.gradient(y_true, y_pred)


def test_gradient_of_the_user(monkeypatch):
    monkeypatch.setattr(absolute, "gradient", absolute_gradient, raising=False)
    loss = losses.LossFunctionWrapper(absolute, scale=2.0)
    gradient = loss.gradient(np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]]))
    np.testing.assert_array_equal(gradient, [[1.0, -1.0]])


@pytest.mark.parametrize(("y_true", "y_pred"), [
    ((3,), (3, 1)), ((3, 1), (3,)), ((3, 2), (3, 2, 1)), ((3, 1), (3, 1)), ((2, 3, 4), (2, 3, 4)),
])
def test_gradient_has_the_shape_of_the_prediction(y_true, y_pred):
    loss = losses.LossFunctionWrapper(losses.mean_squared_error)
    assert loss.gradient(np.ones(y_true), np.zeros(y_pred)).shape == y_pred


def test_config_round_trip():
    loss = losses.LossFunctionWrapper(absolute, name="abs", reduction="sum", scale=3.0)
    again = losses.LossFunctionWrapper.from_config(loss.get_config())
    assert again.get_config() == loss.get_config() == {
        "name": "abs", "reduction": "sum", "fn": absolute, "scale": 3.0}


def test_config_of_a_file():
    loss = losses.LossFunctionWrapper(losses.huber, name="h", delta=2.0)
    config = {**loss.get_config(), "fn": losses.serialize(losses.huber)}
    again = losses.LossFunctionWrapper.from_config(config)
    assert again.fn is losses.huber and again.get_config() == loss.get_config()
    config["fn"]["config"] = "hubert"
    with pytest.raises(ValueError, match=r"loss identifier: hubert\. Did you mean `huber`"):
        losses.LossFunctionWrapper.from_config(config)


@pytest.mark.parametrize("loss", [
    losses.CategoricalCrossentropy(from_logits=True), losses.LossFunctionWrapper(losses.mse),
])
def test_pickle(loss):
    again = pickle.loads(pickle.dumps(loss))
    assert again.rule == loss.rule and again.get_config() == loss.get_config()


def test_repr():
    assert "mean_squared_error" in repr(losses.MeanSquaredError())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("kind", "options"), [
    *((kind, {}) for kind in (losses.MeanSquaredError, losses.MeanAbsoluteError, losses.Huber,
                              losses.LogCosh, losses.BinaryCrossentropy,
                              losses.CategoricalCrossentropy,
                              losses.SparseCategoricalCrossentropy)),
    *((kind, {"from_logits": True}) for kind in (losses.BinaryCrossentropy,
                                                 losses.CategoricalCrossentropy,
                                                 losses.SparseCategoricalCrossentropy)),
    (losses.BinaryCrossentropy, {"label_smoothing": 0.2}),
    (losses.CategoricalCrossentropy, {"label_smoothing": 0.2}), (losses.Huber, {"delta": 0.3}),
])
def test_the_engine_computes_the_same(kind, options, dtype):
    rng = np.random.default_rng(3)
    y_pred = rng.uniform(0.01, 0.99, (9, 5)).astype(dtype)
    y_pred[0] = [0, 1, 0, 1e-9, 0.5]
    labels = rng.integers(0, 5, 9)
    one_hot = np.eye(5, dtype=dtype)[labels]
    sparse = kind is losses.SparseCategoricalCrossentropy
    loss = kind(**options, dtype=dtype)
    values, gradient = np.empty(9), np.empty_like(y_pred)
    kernels.for_dtype(dtype).measure_rows(
        loss.rule, None if sparse else one_hot, labels if sparse else None, y_pred, values,
        gradient)
    y_true = labels if sparse else one_hot
    rtol = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(loss.call(y_true, y_pred), values, rtol=rtol, atol=1e-7)
    np.testing.assert_allclose(loss.gradient(y_true, y_pred), gradient, rtol=rtol, atol=1e-6)
