"""Identifiers of activations, and what the engine runs for them."""

import functools

import numpy as np
import pytest

from fastdense import activations, layers
from fastdense.activations.rules import RULES

NAMES = sorted(RULES)


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
    if name != "threshold":
        assert activations.compiled(function) == RULES[name]()


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
    assert "Known: celu, elu, exponential, gelu, glu" in str(raised.value)


def test_aliases():
    assert activations.get("swish") is activations.silu is activations.swish
    assert activations.get("hard_swish") is activations.hard_silu
    assert activations.serialize(activations.swish) == "silu"


@pytest.mark.parametrize("function", [np.exp, lambda x: x, [], "relu", activations.glu])
def test_only_own_functions_are_compiled(function):
    with pytest.raises(ValueError, match=r"celu, elu, .*automatic"):
        activations.compiled(function)


def test_partial_arguments():
    half = functools.partial(activations.leaky_relu, negative_slope=0.5)
    assert activations.compiled(half) == ("rectifier", (0.0, -np.inf, np.inf, 0.5))
    with pytest.raises(ValueError, match="threshold: expected its arguments"):
        activations.compiled(activations.threshold)
    with pytest.raises(ValueError, match=r"expected axis=-1 inside a layer. Received: axis=1"):
        activations.compiled(functools.partial(activations.softmax, axis=1))


def test_serialize():
    def wave(x):
        return np.sin(x)

    assert activations.serialize(wave)["config"] == "wave"
    assert activations.serialize(layers.Flatten(name="f"))["class_name"] == "Flatten"
    with pytest.raises(ValueError, match="Unknown activation function"):
        activations.serialize(lambda x: x)
