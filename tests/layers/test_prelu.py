"""PReLU (values: test_parity.py): alphas, shared axes, training, mistakes."""

import numpy as np
import pytest

from fastdense import Sequential, layers


@pytest.mark.parametrize(("shared", "shape"), [
    (None, (2, 3, 4)), (1, (1, 3, 4)), ([1, 2], (1, 1, 4)), ((1, 2, 3), (1, 1, 1))])
def test_alphas(rng, shared, shape):
    layer = layers.PReLU("ones", shared_axes=shared)
    layer.build((None, 2, 3, 4))
    assert layer.alpha.shape == shape
    layer.alpha.assign(np.full(shape, 0.5))
    x = rng.standard_normal((5, 2, 3, 4)).astype("f4")
    np.testing.assert_array_equal(layer(x), np.where(x > 0, x, x / 2))
    settings = layer.get_config()
    assert layers.PReLU.from_config(settings).get_config() == settings


def test_it_learns_a_slope(rng):
    x = rng.standard_normal((512, 1)).astype("f4")
    model = Sequential([layers.Input((1,)), layers.PReLU()])
    model.compile("sgd", "mse")
    model.fit(x, np.where(x > 0, x, 0.3 * x), epochs=60, verbose=0)
    np.testing.assert_allclose(model.layers[0].alpha.numpy(), [0.3], atol=1e-3)


@pytest.mark.parametrize("shared", [0, 2, [1, 5]])
def test_wrong_axes(shared):
    with pytest.raises(ValueError, match="PReLU: expected axes that are shared to be from 1 to 1"):
        layers.PReLU(shared_axes=shared).build((None, 3))


def test_another_shape():
    layer = layers.PReLU(name="p")
    layer.build((None, 3))
    for shape in ((2, 4), (2, 3, 3)):
        with pytest.raises(ValueError, match="layer \"p\" is incompatible"):
            layer(np.zeros(shape))
