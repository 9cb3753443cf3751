"""Reshape and Permute: shapes, errors, inside a model that trains."""

import numpy as np
import pytest

from fastdense import Sequential, layers


@pytest.mark.parametrize(("shape", "target", "expected"), [
    ((12,), (3, 4), (3, 4)), ((3, 4), (12,), (12,)), ((3, 4), (2, -1), (2, 6)),
    ((3, 4), (-1,), (12,)), ((3, 4), (4, 3), (4, 3)), ((2, 3, 4), (6, 4), (6, 4)),
    ((1,), (), ()), ((5,), (5, 1, 1), (5, 1, 1))])
def test_reshape(rng, shape, target, expected):
    x = rng.standard_normal((5, *shape)).astype("f4")
    layer = layers.Reshape(target)
    assert layer.compute_output_shape((None, *shape)) == (None, *expected)
    np.testing.assert_array_equal(layer(x), x.reshape(5, *expected))
    if target:
        model = Sequential([layers.Input(shape), layers.Activation("tanh"), layer])
        np.testing.assert_array_equal(
            model.predict(x), layers.Activation("tanh")(x).reshape(5, *expected))


def test_unknown_axes():
    assert layers.Reshape((2, -1)).compute_output_shape((None, None, 4)) == (None, 2, None)


@pytest.mark.parametrize("target", [(-1, -1), (0, 3), (2.5,), (-2, 3), ("3",)])
def test_wrong_targets(target):
    with pytest.raises(ValueError, match="at most one unknown dimension"):
        layers.Reshape(target)


@pytest.mark.parametrize("target", [(5, 2), (5, -1)])
def test_targets_that_do_not_fit(target):
    with pytest.raises(ValueError, match="total size of the tensor must be unchanged"):
        layers.Reshape(target)(np.zeros((2, 12)))


@pytest.mark.parametrize("dims", [(1,), (2, 1), (1, 2), (3, 1, 2), (1, 3, 2), (4, 2, 1, 3)])
def test_permute(rng, dims):
    shape = (2, 3, 4, 5)[:len(dims)]
    x = rng.standard_normal((6, *shape)).astype("f4")
    layer = layers.Permute(dims)
    expected = x.transpose(0, *dims)
    assert layer.compute_output_shape(x.shape) == expected.shape
    np.testing.assert_array_equal(layer(x), expected)
    np.testing.assert_array_equal(Sequential([layers.Input(shape), layer]).predict(x), expected)


@pytest.mark.parametrize("dims", [(0, 1), (1, 3), (1, 1)])
def test_wrong_dims(dims):
    with pytest.raises(ValueError, match="Invalid permutation argument `dims` for Permute Layer"):
        layers.Permute(dims)


def test_another_number_of_axes():
    with pytest.raises(ValueError, match="expected ndim=3, found ndim=2"):
        layers.Permute((2, 1))(np.zeros((2, 3)))


def test_config():
    for layer in (layers.Reshape((2, -1)), layers.Permute((2, 1))):
        assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
