"""The decorator that makes a loss of a formula and its slope."""

import inspect

import numpy as np
import pytest

from fastdense import losses
from fastdense.losses.elementwise import mean_of


@mean_of(lambda y_true, y_pred, scale=1.0: 3 * scale * (y_pred - y_true) ** 2)
def cube(y_true, y_pred, scale=1.0):
    """The cube of the difference."""
    return scale * (y_pred - y_true) ** 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_mean_and_gradient(dtype):
    y_pred = np.array([[1.0, 2.0], [0.0, -1.0]], dtype)
    values, gradient = cube([[0, 0], [0, 0]], y_pred), cube.gradient([[0, 0], [0, 0]], y_pred)
    assert values.tolist() == [4.5, -0.5] and gradient.tolist() == [[1.5, 6.0], [0.0, 1.5]]
    assert values.dtype == gradient.dtype == dtype
    assert cube([[0, 0], [0, 0]], y_pred, 2.0).tolist() == [9.0, -1.0]
    assert cube.gradient([[0, 0], [0, 0]], y_pred, scale=2.0).tolist() == [[3.0, 12.0], [0.0, 3.0]]


def test_ranks_are_made_equal():
    assert cube([0, 0], [[1.0], [2.0]]).tolist() == [1.0, 8.0]
    assert cube.gradient([0, 0], [[1.0], [2.0]]).shape == (2, 1)


def test_options_do_not_change_the_dtype():
    assert cube([[0]], np.float32([[1]]), np.float64(2)).dtype == "float32"
    assert cube.gradient([[0]], np.float32([[1]]), np.float64(2)).dtype == "float32"


def test_it_looks_like_the_formula():
    assert cube.__name__ == "cube" and cube.__doc__ == "The cube of the difference."
    assert str(inspect.signature(cube)) == "(y_true, y_pred, scale=1.0)"
    assert cube.kind is None and losses.LossFunctionWrapper(cube).rule is None
