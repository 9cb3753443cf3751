"""LayerNormalization (values: test_parity.py): accuracy, axes, mistakes."""

import numpy as np
import pytest

from fastdense import layers


def test_a_large_mean_costs_no_accuracy(rng):
    x = rng.standard_normal((50, 300)) + 1000
    x = x.astype("f4")
    exact = x.astype("f8")
    exact = (exact - exact.mean(axis=1, keepdims=True)) / np.sqrt(
        exact.var(axis=1, keepdims=True) + 1e-3)
    # the mean, near 1000, is rounded once to float32: by 3e-5 at most, of a deviation of 1
    np.testing.assert_allclose(layers.LayerNormalization()(x), exact, rtol=0, atol=4e-5)


def test_axes_are_sorted():
    layer = layers.LayerNormalization(axis=[-1, 1])
    layer.build((None, 3, 5))
    assert layer.gamma.shape == layer.beta.shape == (3, 5)


@pytest.mark.parametrize(("make", "error", "match"), [
    (lambda: layers.LayerNormalization(axis=1.5), TypeError, "Expected an int or a list/tuple"),
    (lambda: layers.LayerNormalization(rms_scaling=True), ValueError, "rms_scaling=False"),
    (lambda: layers.LayerNormalization(axis=0)(np.zeros((2, 3))), ValueError, "not the batch"),
    (lambda: layers.LayerNormalization(axis=2)(np.zeros((2, 3))), ValueError, "out of bounds"),
])
def test_mistakes(make, error, match):
    with pytest.raises(error, match=match):
        make()


def test_another_width():
    layer = layers.LayerNormalization(name="n")
    layer.build((None, 3))
    with pytest.raises(ValueError, match=r"layer \"n\" is incompatible .* shape \(3,\)"):
        layer(np.zeros((2, 4)))
