"""Scaling of inputs: alone, first in a model, and in the middle."""

import numpy as np
import pytest

from fastdense import Sequential, layers
from fastdense.kernels.rules import Stage

PIXELS = np.arange(24, dtype="u1").reshape(2, 3, 4) * 10


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (2, -1), (0.0, 3.0), (np.pi, 1e-3)])
def test_call(scale, offset, dtype):
    layer = layers.Rescaling(scale, offset, dtype=dtype)
    got = layer(PIXELS)
    assert layer.built and got.dtype == dtype and got.shape == PIXELS.shape
    np.testing.assert_allclose(got, PIXELS * float(scale) + offset, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (2.0, -1.0)])
@pytest.mark.parametrize("rest", [[], [layers.Dense(2, kernel_initializer="ones")]],
                         ids=["alone", "first"])
def test_in_a_model(scale, offset, rest):
    model = Sequential([layers.Input((3, 4)), layers.Rescaling(scale, offset), *rest])
    x = PIXELS.astype("f8") * scale + offset
    expected = x @ rest[0].kernel.numpy() if rest else x
    np.testing.assert_allclose(model.predict(PIXELS), expected, rtol=1e-5, atol=1e-6)


def test_stages():
    assert layers.Rescaling(2.0, 1.0).stages((3, 4)) == [
        Stage("affine", 4, 4, 3, scale=2.0, offset=1.0)]


@pytest.mark.parametrize("keywords", [{"scale": "2"}, {"scale": None}, {"scale": [1.0, 2.0]},
                                      {"scale": 1.0, "offset": "0"}, {"scale": 1j}])
def test_wrong_numbers(keywords):
    with pytest.raises(ValueError, match=r"Rescaling: expected (scale|offset) to be a number"):
        layers.Rescaling(**keywords)


def test_config():
    settings = layers.Rescaling(2.0, 1.0, name="r").get_config()
    assert (settings["scale"], settings["offset"]) == (2.0, 1.0)
    assert layers.Rescaling.from_config(settings).get_config() == settings
