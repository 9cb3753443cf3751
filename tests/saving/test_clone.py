import pytest
from saving.helpers import X, bits, network, trained

import fastdense as keras
from fastdense.models import clone_model, model_from_json


def test_new_weights_of_the_same_shapes():
    model = trained()
    clone = clone_model(model)
    assert clone.get_config() == model.get_config() and not clone.compiled
    assert bits(clone)[0] != bits(model)[0]
    clone.set_weights(model.get_weights())
    assert (clone.predict(X) == model.predict(X)).all()


def test_an_unbuilt_model():
    assert not clone_model(keras.Sequential([keras.layers.Dense(3)])).built


def test_clone_function():
    model = network()
    clone = clone_model(model, clone_function=lambda layer: keras.layers.Dense(7, name=layer.name))
    assert [layer.units for layer in clone.layers] == [7, 7, 7]


@pytest.mark.parametrize("recursive", [True, False])
def test_recursive(recursive):
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="deep")], name="inner")
    seen = []

    def function(layer):
        seen.append(layer.name)
        return type(layer).from_config(layer.get_config())

    clone_model(keras.Sequential([inner]), clone_function=function, recursive=recursive)
    assert seen == (["deep"] if recursive else ["inner"])


@pytest.mark.parametrize(("arguments", "message"), [
    ((3,), "Expected `model` to be a Sequential"),
    ((network(), [1]), "`input_tensors`"), ((network(), None, 3), "to be a callable"),
])
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        clone_model(*arguments)


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"class_name": "Dense", "config": {}}',
                                  '{"class_name": "Dense", "config": {"units": 3}}'])
def test_not_the_json_of_a_model(text):
    with pytest.raises(ValueError, match=r"json_string|description of a model"):
        model_from_json(text)


def test_model_built_by_data():
    model = keras.Sequential([keras.layers.Dense(2)])
    model.build((None, 3))
    clone = keras.models.clone_model(model)
    assert clone.built and clone.input_shape == (None, 3)
