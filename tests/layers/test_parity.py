"""Layers against Keras 3 (golden/layers.npz): alone, in a model, in training, and their configs."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import make_layers

import fastdense
from fastdense import Sequential, layers

with np.load(Path(__file__).parents[1] / "golden" / "layers.npz") as stored:
    GOLDEN = dict(stored)
CASES = list(enumerate(make_layers.CASES))
TOLERANCE = {"rtol": 2e-6, "atol": 2e-6}


def numbered(prefix):
    return [GOLDEN[key] for j in range(len(GOLDEN)) if (key := f"{prefix}_{j}") in GOLDEN]


def label(case):
    return f"{case[1][0]}{case[1][1]}{case[1][2]}"


def made(case):
    i, (name, arguments, shape) = case
    layer = getattr(layers, name)(**arguments)
    layer.build((None, *shape))
    layer.set_weights(numbered(f"w_{i}"))
    return layer, GOLDEN[f"x_{i}"]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_alone(case):
    layer, x = made(case)
    np.testing.assert_allclose(layer(x), GOLDEN[f"inference_{case[0]}"], **TOLERANCE)
    assert layer.compute_output_shape(x.shape) == GOLDEN[f"inference_{case[0]}"].shape
    np.testing.assert_allclose(layer(x, training=True), GOLDEN[f"training_{case[0]}"], **TOLERANCE)
    for w, expected in zip(layer.get_weights(), numbered(f"after_{case[0]}"), strict=True):
        np.testing.assert_allclose(w, expected, **TOLERANCE)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_in_a_model(case):
    layer, x = made(case)
    model = Sequential([layers.Input(x.shape[1:]), layer])
    np.testing.assert_array_equal(model.predict(x), layer(x))
    twin, _ = made(case)
    np.testing.assert_array_equal(model(x, training=True), twin(x, training=True))
    for w, expected in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(w, expected)


@pytest.mark.parametrize("case", [c for c in CASES if f"config_{c[0]}" in GOLDEN], ids=label)
def test_keys_of_the_config(case):
    layer, _ = made(case)
    ours = set(layer.get_config()) - {"activity_regularizer"}
    assert ours == set(json.loads(GOLDEN[f"config_{case[0]}"].item()))
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


def test_training():
    """Twenty steps through every kind of layer with weights."""
    model = make_layers.model(fastdense)
    model.set_weights(numbered("first"))
    losses = make_layers.train(fastdense, model, GOLDEN["x"], GOLDEN["y"])
    np.testing.assert_allclose(losses, GOLDEN["losses"], rtol=2e-5)
    for w, expected in zip(model.get_weights(), numbered("last"), strict=True):
        np.testing.assert_allclose(w, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(model.predict(GOLDEN["x"]), GOLDEN["outputs"], rtol=1e-3, atol=1e-4)
