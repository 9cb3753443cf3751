import json

import numpy as np
import pytest

import fastdense as keras
from fastdense import saving
from fastdense.saving import objects

OBJECTS = [
    keras.initializers.HeNormal(seed=3), keras.regularizers.L1L2(0.1, 0.2),
    keras.constraints.MaxNorm(3), keras.losses.BinaryCrossentropy(label_smoothing=0.1),
    keras.metrics.BinaryAccuracy(threshold=0.3), keras.layers.Dense(3, name="d"),
    keras.optimizers.SGD(0.5, momentum=0.5),
    keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9), keras.random.SeedGenerator(3),
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
]


@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: type(obj).__name__)
def test_round_trip(obj):
    tree = json.loads(json.dumps(saving.serialize_keras_object(obj)))
    assert set(tree) == {"module", "class_name", "config", "registered_name"}
    again = saving.deserialize_keras_object(tree)
    assert type(again) is type(obj) and again.get_config() == obj.get_config()
    assert dir(again) == dir(obj)


@pytest.mark.parametrize("value", [
    None, True, 3, 2.5, "x", [1, [2]], {"a": {"b": None}}, {"n": [keras.losses.mean_squared_error]},
])
def test_plain_values_and_functions(value):
    tree = json.loads(json.dumps(saving.serialize_keras_object(value)))
    assert saving.deserialize_keras_object(tree) == value


def test_arrays():
    tree = json.loads(json.dumps(saving.serialize_keras_object(np.arange(6.0).reshape(2, 3))))
    again = saving.deserialize_keras_object(tree)
    np.testing.assert_array_equal(again, np.arange(6.0).reshape(2, 3))
    assert again.dtype == np.float64


def mine(y_true, y_pred):
    return y_pred


def test_function_of_the_user():
    tree = saving.serialize_keras_object(mine)
    with pytest.raises(ValueError, match="Could not locate function 'mine'"):
        saving.deserialize_keras_object(tree)
    assert saving.deserialize_keras_object(tree, {"mine": mine}) is mine


def test_class_of_the_user():
    class Wide(keras.layers.Dense):
        pass

    tree = saving.serialize_keras_object(Wide(3))
    with pytest.raises(ValueError, match="Could not locate class 'Wide'"):
        saving.deserialize_keras_object(tree)
    assert type(saving.deserialize_keras_object(tree, {"Wide": Wide})) is Wide


def test_build_config():
    tree = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3},
            "build_config": {"input_shape": [None, 2]}}
    assert saving.deserialize_keras_object(tree).kernel.shape == (2, 3)


@pytest.mark.parametrize("tree", [
    {"module": "os", "class_name": "system", "config": "id"},
    {"module": "builtins", "class_name": "eval", "config": {}},
    {"module": "keras.utils", "class_name": "get_file", "config": {}},
    {"module": "keras.losses", "class_name": "get", "config": {}},
    {"module": "keras.layers", "class_name": "Lambda", "config": {}},
    {"class_name": "__lambda__", "config": {"value": "4wEAAAA="}},
    {"class_name": "function", "config": "eval"}, {"class_name": "function", "config": ["x"]},
    {"class_name": "function", "config": "get"}, {"class_name": ["x"], "module": "keras.layers"},
    {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}},
    {"class_name": "__numpy__", "config": None},
    {"module": "notkeras.layers", "class_name": "Dense", "config": {"units": 1}},
    {"module": 3, "class_name": "Dense", "config": {"units": 1}},
])
def test_refused(tree):
    with pytest.raises(ValueError, match=r"Could not|Expected an array"):
        saving.deserialize_keras_object(tree, safe_mode=False)


def test_what_cannot_be_described():
    with pytest.raises(ValueError, match="a lambda"):
        saving.serialize_keras_object([lambda: 1])
    with pytest.raises(ValueError, match="plain values"):
        saving.serialize_keras_object({"a": object()})


def test_every_family_has_a_reader():
    families = {keras.registry.family_of(type(obj)) for obj in OBJECTS} | {"activations"}
    assert families <= set(objects._READERS)
