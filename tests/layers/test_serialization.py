import pytest

import fastdense as keras
from fastdense import layers


def test_round_trip():
    layer = layers.Dense(3, "relu", kernel_regularizer="l2", name="d", trainable=False)
    again = layers.deserialize(layers.serialize(layer))
    assert again.get_config() == layer.get_config() and not again.trainable


def test_models_are_layers():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3)], name="m")
    config = layers.serialize(model)
    assert (config["module"], config["class_name"]) == ("keras", "Sequential")
    assert type(layers.deserialize(config)) is keras.Sequential


def test_dtype_as_keras_has_it():
    policy = layers.Dense(1, dtype="float64").get_config()["dtype"]
    assert policy == {"module": "keras", "class_name": "DTypePolicy",
                      "config": {"name": "float64"}, "registered_name": None}
    assert layers.Dense(1, dtype=policy).dtype == "float64"


@pytest.mark.parametrize("config", [
    {"class_name": "Lambda", "config": {}}, {"class_name": "serialize", "config": {}},
    {"class_name": "Input", "config": {}}, {"class_name": "function", "config": "deserialize"},
    {"class_name": "os.system"}, "Dense_", 3, None,
])
def test_a_closed_list(config):
    with pytest.raises(ValueError, match="Could not interpret layer identifier"):
        layers.deserialize(config)


def test_every_class_is_known():
    assert {"Dense", "InputLayer", "Sequential", "Flatten"} <= set(layers.serialization.KNOWN)
