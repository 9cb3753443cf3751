"""Samples of any shape become one row each."""

import numpy as np
import pytest

from fastdense import Sequential, layers
from fastdense.kernels.rules import Stage


@pytest.mark.parametrize(("shape", "flat"), [
    ((2, 3), (2, 3)), ((2, 3, 4), (2, 12)), ((1, 2, 3, 4), (1, 24)), ((0, 2, 3), (0, 6)),
    ((5,), (5, 1)),
])
def test_call(shape, flat):
    x = np.arange(np.prod(shape), dtype="f4").reshape(shape)
    layer = layers.Flatten()
    got = layer(x)
    assert got.shape == flat == layer.compute_output_shape(shape)
    np.testing.assert_array_equal(got.ravel(), x.ravel())


def test_unknown_axes():
    assert layers.Flatten().compute_output_shape((None, 28, 28)) == (None, 784)
    assert layers.Flatten().compute_output_shape((None, None, 28)) == (None, None)


def test_stages():
    assert layers.Flatten().stages((28, 27)) == [Stage("reshape", 27, 756, 28)]
    assert layers.Flatten().stages((784,)) == []


@pytest.mark.parametrize("shape", [(6,), (2, 3), (3, 1, 2)])
def test_alone_in_a_model(rng, shape):
    x = rng.standard_normal((5, *shape)).astype("f4")
    model = Sequential([layers.Input(shape), layers.Flatten()])
    np.testing.assert_array_equal(model.predict(x), x.reshape(5, 6))


@pytest.mark.parametrize("data_format", ["channels_first", "last", 1])
def test_other_orders(data_format):
    with pytest.raises(ValueError, match=r"expected data_format None or .*Received: data_format="):
        layers.Flatten(data_format=data_format)


def test_config():
    settings = layers.Flatten(data_format="channels_last", name="f").get_config()
    assert layers.Flatten.from_config(settings).get_config() == settings
