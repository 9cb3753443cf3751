"""Dtype policies: which there are, and which one new layers take."""

import copy
import pickle

import pytest

import fastdense as keras
from fastdense import config
from fastdense.config import DTypePolicy


@pytest.fixture(autouse=True)
def put_back():
    yield
    config.set_dtype_policy(None)


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_a_policy(name):
    policy = DTypePolicy(name)
    assert policy.name == policy.compute_dtype == policy.variable_dtype == name
    assert policy.quantization_mode is None
    assert repr(policy) == f'<DTypePolicy "{name}">'
    assert policy.get_config() == {"name": name}
    for again in (DTypePolicy.from_config(policy.get_config()), copy.deepcopy(policy),
                  pickle.loads(pickle.dumps(policy))):
        assert again == policy and hash(again) == hash(policy)
    assert policy not in (name, None, DTypePolicy({"float32": "float64"}.get(name, "float32")))


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_policies_are_refused(name):
    for ask in (DTypePolicy, config.set_dtype_policy):
        with pytest.raises(ValueError, match=rf"Cannot convert '{name}' to a .*Mixed precision"):
            ask(name)
    assert config.dtype_policy() == DTypePolicy("float32")


@pytest.mark.parametrize("name", ["float16", "int8", "foo", ""])
def test_other_dtypes_are_refused(name):
    with pytest.raises(ValueError, match=f"Cannot convert '{name}' to a DTypePolicy. Expected"):
        DTypePolicy(name)


@pytest.mark.parametrize("wrong", [3, ["float32"], b"float32"])
def test_no_string(wrong):
    with pytest.raises(TypeError, match="'name' must be a string"):
        DTypePolicy(wrong)
    with pytest.raises(ValueError, match="Invalid `policy` argument"):
        config.set_dtype_policy(wrong)


def test_new_layers_follow():
    config.set_dtype_policy("float64")
    assert config.dtype_policy() == DTypePolicy() == DTypePolicy("float64")
    assert config.floatx() == "float32"  # as in Keras
    layer = keras.layers.Dense(2)
    config.set_dtype_policy(DTypePolicy("float32"))
    assert (layer.dtype, keras.layers.Dense(2).dtype) == ("float64", "float32")
    config.set_floatx("float64")
    assert keras.layers.Dense(2).dtype == "float32"  # what was set goes before floatx
    config.set_dtype_policy(None)
    assert keras.layers.Dense(2).dtype == "float64"


def test_layers_know_their_policy():
    layer = keras.layers.Dense(2, dtype=DTypePolicy("float64"))
    assert layer.dtype_policy == DTypePolicy("float64")
    assert layer.dtype == layer.compute_dtype == layer.variable_dtype == "float64"
