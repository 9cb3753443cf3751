"""Activations against Keras 3 (golden/functions.json), their identifiers and compiled names."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import activations

GOLDEN = json.loads(Path(__file__).with_name("golden").joinpath("functions.json").read_text())
NAMES = ["linear", "relu", "sigmoid", "softmax", "tanh"]


@pytest.mark.parametrize("case", GOLDEN["activations"], ids=lambda c: f"{c['name']}{c['options']}")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    x = np.array(GOLDEN["x"], dtype)
    result = getattr(activations, case["name"])(x, **case["options"])
    np.testing.assert_allclose(result, case["result"], rtol=1e-6, atol=1e-7)
    assert result.dtype == dtype and result.shape == x.shape


RELUS = [{}, {"negative_slope": 0.1}, {"max_value": 2.0}, {"threshold": 1.0},
         {"negative_slope": 0.5, "max_value": 3.0, "threshold": 0.25}]


@pytest.mark.parametrize("options", RELUS)
def test_relu_keeps_nan_and_infinity(options):
    x = np.array([np.nan, np.inf, -np.inf], "float32")
    result = activations.relu(x, **options)
    assert np.isnan(result[0])
    assert result[1] == options.get("max_value", np.inf)
    assert result[2] == (-np.inf if options.get("negative_slope") else 0)


@pytest.mark.parametrize("options", RELUS)
def test_relu_leaves_its_argument_alone(options):
    x = np.array([-1.0, 0.5, 9.0])
    x.flags.writeable = False
    activations.relu(x, **options)
    np.testing.assert_array_equal(x, [-1.0, 0.5, 9.0])


@pytest.mark.parametrize("x", [[-1, 2], np.array([-1, 2]), [-1.0, 2.0]])
@pytest.mark.parametrize("options", RELUS[:2])
def test_other_numbers_become_floatx(x, options):
    assert activations.relu(x, **options).dtype == "float32"


def test_linear_is_the_identity():
    x = np.arange(3)
    assert activations.linear(x) is x


@pytest.mark.parametrize("name", NAMES)
def test_get_by_name(name):
    function = getattr(activations, name)
    assert activations.get(name) is function
    assert activations.get(function) is function
    assert activations.get({"class_name": "function", "config": name}) is function
    assert activations.deserialize(activations.serialize(function)) is function
    assert activations.compiled_name(function) == name


def test_get_none_is_linear():
    assert activations.get(None) is activations.linear


def test_get_leaves_callables_alone():
    assert activations.get(np.exp) is np.exp


@pytest.mark.parametrize("identifier", ["foo", "Relu", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError) as raised:
        activations.get(identifier)
    assert str(raised.value).startswith(
        f"Could not interpret activation function identifier: {identifier}")
    assert "linear, relu, sigmoid, softmax, tanh" in str(raised.value)


@pytest.mark.parametrize("function", [np.exp, lambda x: x, [], "relu"])
def test_only_own_functions_are_compiled(function):
    with pytest.raises(ValueError, match=r"linear, relu, sigmoid, softmax, tanh.*automatic"):
        activations.compiled_name(function)


def test_serialize_unknown():
    with pytest.raises(ValueError, match="Unknown activation function"):
        activations.serialize(np.exp)
