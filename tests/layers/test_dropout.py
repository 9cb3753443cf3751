"""Dropout and AlphaDropout: what is dropped, noise shapes, config."""

import numpy as np
import pytest

from fastdense import layers


def test_values():
    out = layers.Dropout(0.25, seed=1)(np.full((200, 50), 3.0), training=True)
    np.testing.assert_allclose(np.unique(out), [0, 4], rtol=1e-6)
    assert abs((out == 0).mean() - 0.25) < 0.02


def test_everything_dropped():
    assert (layers.Dropout(1.0)(np.ones((5, 6)), training=True) == 0).all()


def test_alpha_dropout_goes_to_the_limit_of_selu():
    rate, limit = 0.2, -1.0507009873554805 * 1.6732632423543772
    a = ((1 - rate) * (1 + rate * limit**2)) ** -0.5
    out = layers.AlphaDropout(rate, seed=1, dtype="float64")(np.ones((200, 50)), training=True)
    np.testing.assert_allclose(np.unique(out), sorted([
        a * limit - a * limit * rate, a - a * limit * rate]), rtol=1e-14)


@pytest.mark.parametrize(("noise_shape", "shared"), [
    ((None, 1, None), 1), ((None, None, 1), 2), ((1, None, None), 0), ([None, 1, 6], 1),
    ((1, 4, 6), 0), ((None, None, None), None), ((None, 4, 6), None),
])
@pytest.mark.parametrize("kind", [layers.Dropout, layers.AlphaDropout])
def test_noise_shapes(kind, noise_shape, shared):
    out = kind(0.5, noise_shape=noise_shape, seed=1)(np.ones((30, 4, 6)), training=True)
    for axis in range(3):
        same = (out == np.take(out, [0], axis)).all()
        assert same == (axis == shared)


@pytest.mark.parametrize(("noise_shape", "match"), [
    ("12", "Expected a tuple or list of integers"), (5, "Expected an iterable of integers"),
    ((None, 2.5), r"Received element at index 1: 2.5"), ((0, 1), "zero value at index 0: 0"),
])
def test_wrong_noise_shapes(noise_shape, match):
    with pytest.raises(ValueError, match=f"Invalid value received for argument `noise_shape`.*"
                                         f"{match}"):
        layers.Dropout(0.5, noise_shape=noise_shape)


@pytest.mark.parametrize(("noise_shape", "match"), [
    ((None, 1), "expected noise_shape with 3 axes"), ((None, 2, 6), "None, 1 or those of the")])
def test_noise_shapes_that_do_not_fit(noise_shape, match):
    with pytest.raises(ValueError, match=match):
        layers.Dropout(0.5, noise_shape=noise_shape)(np.ones((3, 4, 6)), training=True)


def test_config():
    settings = layers.Dropout(0.5, noise_shape=[None, 1], seed=4, name="d").get_config()
    assert settings["noise_shape"] == (None, 1)
    assert (settings["rate"], settings["seed"]) == (0.5, 4)
    assert layers.Dropout.from_config(settings).get_config() == settings
