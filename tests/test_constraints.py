"""Constraints against Keras 3 (golden/functions.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

import fastdense as keras
from fastdense import Variable, constraints

GOLDEN = json.loads(Path(__file__).with_name("golden").joinpath("functions.json").read_text())
ALL = [
    constraints.NonNeg(), constraints.MaxNorm(1.5, axis=1), constraints.UnitNorm(axis=1),
    constraints.MinMaxNorm(0.5, 2.0, 0.7, axis=1),
]


@pytest.mark.parametrize("case", GOLDEN["constraints"], ids=lambda c: f"{c['name']}{c['options']}")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    constraint = getattr(constraints, case["name"])(**case["options"])
    w = np.array(GOLDEN["w"], dtype)
    result = constraint(w)
    np.testing.assert_allclose(result, case["result"], rtol=1e-6, atol=1e-9)
    assert result.dtype == dtype and result.shape == w.shape


@pytest.mark.parametrize("constraint", ALL)
def test_argument_is_not_changed(constraint):
    w = np.array([[-3.0, 4.0], [0.0, 0.0]])
    before = w.copy()
    constraint(w)
    np.testing.assert_array_equal(w, before)


@pytest.mark.parametrize("constraint", ALL)
def test_takes_variables(constraint):
    w = np.array([[-3.0, 4.0]], "float32")
    np.testing.assert_array_equal(constraint(Variable(w)), constraint(w))


@pytest.mark.parametrize("constraint", ALL)
def test_config_round_trip(constraint):
    config = json.loads(json.dumps(constraints.serialize(constraint)))
    again = constraints.deserialize(config)
    assert type(again) is type(constraint)
    assert again.get_config() == constraint.get_config()


@pytest.mark.parametrize(("identifier", "kind"), [
    ("non_neg", "NonNeg"), ("NonNeg", "NonNeg"), ("max_norm", "MaxNorm"), ("MaxNorm", "MaxNorm"),
    ("min_max_norm", "MinMaxNorm"), ("unit_norm", "UnitNorm"), (constraints.NonNeg, "NonNeg"),
    ({"class_name": "UnitNorm", "config": {"axis": 1}}, "UnitNorm"),
])
def test_get(identifier, kind):
    assert type(constraints.get(identifier)) is getattr(constraints, kind)


@pytest.mark.parametrize("constraint", ALL)
@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop"])
def test_applied_after_each_update(constraint, optimizer):
    kept = []
    layer = keras.layers.Dense(3, kernel_constraint=constraint, bias_constraint="non_neg",
                               kernel_initializer="he_normal")
    model = keras.Sequential([keras.Input((4,)), layer])
    model.compile(optimizer, "mse")
    x = np.random.default_rng(0).standard_normal((8, 4))
    model.fit(x, -np.ones((8, 3)), batch_size=4, verbose=0, callbacks=[
        keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: kept.append(
            (layer.kernel.numpy(), layer.bias.numpy())))])
    assert len(kept) == 2
    for kernel, bias in kept:
        if type(constraint) is not constraints.MinMaxNorm:  # which goes there step by step
            np.testing.assert_allclose(kernel, constraint(kernel), rtol=1e-6)
        assert (bias >= 0).all()


def test_get_none_and_functions():
    assert constraints.get(None) is None
    assert constraints.get(np.abs) is np.abs


@pytest.mark.parametrize("identifier", ["foo", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError, match=f"interpret constraint identifier: {identifier}"):
        constraints.get(identifier)


def test_aliases():
    assert constraints.max_norm is constraints.MaxNorm
    assert constraints.min_max_norm is constraints.MinMaxNorm
    assert constraints.non_neg is constraints.NonNeg
    assert constraints.unit_norm is constraints.UnitNorm


def test_base_class_leaves_the_weight_alone():
    w = np.ones(2)
    assert constraints.Constraint()(w) is w
    assert constraints.Constraint.from_config(constraints.Constraint().get_config())(w) is w
