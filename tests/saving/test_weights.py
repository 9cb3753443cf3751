import numpy as np
import pytest
from saving.helpers import network, trained

import fastdense as keras
from fastdense.saving import weights


def test_names_are_those_of_keras():
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="a")], name="inner")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), inner, keras.layers.Dense(
        1, use_bias=False), keras.layers.Flatten()], name="m")
    model.compile("sgd", "mse")
    assert {path: len(variables) for path, (_, variables) in weights.groups(model).items()} == {
        "vars": 0, "layers/dense/vars": 2, "layers/sequential/vars": 0,
        "layers/sequential/layers/dense/vars": 2, "layers/dense_1/vars": 1,
        "layers/flatten/vars": 0, "optimizer/vars": 2}
    assert weights.groups(model)["vars"][0] == "m"


def test_load():
    model, other = trained(), network()
    weights.load(other, weights.arrays_of(model))
    np.testing.assert_array_equal(other.layers[0].kernel, model.layers[0].kernel)


@pytest.mark.parametrize(("change", "message"), [
    (lambda a: a.pop("layers/dense/vars/1"), "expected 2 variables .* received 1 variables"),
    (lambda a: a.update({"layers/dense/vars/2": np.ones(1)}), "received 3 variables"),
    (lambda a: a.update({"layers/dense/vars/x": a.pop("layers/dense/vars/1")}),
     "expected 2 variables .* received 2"),
    (lambda a: a.update({"layers/dense/vars/1": np.ones(6, np.float32)}), "must match"),
    (lambda a: a.update({"layers/dense/vars/1": np.ones(5, np.int64)}), "numbers of dtype float32"),
])
def test_misfits_change_nothing(change, message):
    model = network()
    before = model.get_weights()
    arrays = weights.arrays_of(trained())
    change(arrays)
    with pytest.raises(ValueError, match=message):
        weights.load(model, arrays)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_check():
    weights.check(network(), weights.arrays_of(trained()))
    with pytest.raises(ValueError, match="could not be loaded"):
        weights.check(network(), {})


def test_random_states_of_models_in_models():
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5)])
    model = keras.Sequential([keras.Input((2,)), inner, keras.layers.GaussianNoise(1.0)])
    states = weights.random_states(model)
    assert [v.shape for v in states] == [(2,), (2,)]
    assert states[0] is inner.layers[0].seed_generator.state
