"""Layers by themselves on arrays: the same bits as in a model, statistics and noise moving on."""

import numpy as np
import pytest

from fastdense import Sequential, config, layers

MAKE = {
    "batch": lambda: layers.BatchNormalization(),
    "layer": lambda: layers.LayerNormalization(),
    "prelu": lambda: layers.PReLU(alpha_initializer="ones"),
    "softmax": lambda: layers.Softmax(axis=1),
    "dropout": lambda: layers.Dropout(0.5, seed=3),
    "noise": lambda: layers.GaussianNoise(0.5, seed=3),
    "identity": lambda: layers.Identity(),
    "activity": lambda: layers.ActivityRegularization(l1=0.1),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("training", [False, True, None])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_as_in_a_model(rng, make, training, dtype):
    config.set_floatx(dtype)
    x = rng.standard_normal((9, 3, 4)).astype(dtype)
    alone, inside = make(), make()
    model = Sequential([layers.Input((3, 4)), inside])
    for _ in range(3):
        got = alone(x, training=training)
        assert got.dtype == dtype
        np.testing.assert_array_equal(got, model(x, training=training))
    for a, b in zip(alone.get_weights(), inside.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_no_samples(make):
    assert make()(np.zeros((0, 3, 4))).shape == (0, 3, 4)


def test_samples_without_axes():
    np.testing.assert_array_equal(layers.GaussianNoise(0.5)(np.ones(4)), np.ones(4))
    assert layers.Dropout(0.5, seed=1)(np.ones(100), training=True).shape == (100,)


def test_the_input_stays():
    x = np.ones((4, 3), "f4")
    x.flags.writeable = False
    layers.Dropout(0.5)(x, training=True)
    assert (x == 1).all()
