import copy
import io
import json
import pickle

import joblib
import numpy as np
import pytest
from saving.helpers import X, Y, bits, network, train_on, trained

import fastdense as keras


def through_joblib(model):
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


COPIES = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "pickle 5": lambda model: pickle.loads(pickle.dumps(model, protocol=5)),
    "deepcopy": copy.deepcopy,
    "joblib": through_joblib,
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("make", [
    trained, network, lambda: keras.Sequential([keras.layers.Dense(2)]), keras.Sequential])
def test_copies(how, make):
    model = make()
    again = COPIES[how](model)
    assert bits(again) == bits(model) and again.get_config() == model.get_config()
    if model.compiled:
        assert train_on(again) == train_on(model)


def test_a_copy_has_its_own_weights():
    model = trained()
    again = copy.deepcopy(model)
    before = bits(model)
    again.fit(X, Y, verbose=0)
    assert bits(model) == before != bits(again)


def test_a_copy_leaves_the_original_alone():
    """Neither the engine's plans nor the metrics of the original are touched."""
    model = trained()
    link, metrics = model._link, [float(m.result()) for m in model.metrics]
    pickle.dumps(model)
    assert model._link is link and [float(m.result()) for m in model.metrics] == metrics


def test_nothing_compiled_is_pickled():
    assert b"Plan" not in pickle.dumps(trained()) and b"Network" not in pickle.dumps(trained())


def test_config_round_trip():
    model = network()
    again = keras.Sequential.from_config(json.loads(json.dumps(model.get_config())))
    assert again.get_config() == model.get_config() and again.built
    assert [v.shape for v in again.weights] == [v.shape for v in model.weights]


@pytest.mark.parametrize("config", [{}, {"name": "m"}, {"name": "m", "layers": 3}, {"layers": []}])
def test_not_a_config(config):
    with pytest.raises(ValueError, match="'name' and 'layers' keys"):
        keras.Sequential.from_config(config)


def test_frozen_model_from_config():
    model = network()
    model.trainable = False
    again = keras.Sequential.from_config(model.get_config())
    assert again.trainable_weights == [] and not again.trainable


def test_json():
    model = trained()
    again = keras.models.model_from_json(model.to_json(indent=2))
    assert again.get_config() == model.get_config()
    assert again.get_compile_config() == model.get_compile_config()
    again.fit(X, Y, verbose=0)


def test_compile_config():
    assert network().get_compile_config() == {}
    settings = trained().get_compile_config()
    assert settings["loss"] == "sparse_categorical_crossentropy"
    assert settings["metrics"][0] == "accuracy"
    model = network()
    model.compile_from_config(settings)
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 0.01)
