"""Initializers that draw nothing."""

import numpy as np
import pytest

from fastdense.initializers import Constant, Identity, Ones, Zeros


@pytest.mark.parametrize(("initializer", "value"), [
    (Zeros(), 0), (Ones(), 1), (Constant(), 0), (Constant(6.5), 6.5), (Constant(-2), -2),
])
@pytest.mark.parametrize("shape", [(3, 3), (4,), (), (0, 2)])
def test_fills(initializer, value, shape):
    result = initializer(shape)
    np.testing.assert_array_equal(result, np.full(shape, value))
    assert result.shape == shape and result.dtype == "float32"


@pytest.mark.parametrize("dtype", ["float64", "int64", np.float32, np.dtype("float64")])
@pytest.mark.parametrize("initializer", [Zeros(), Ones(), Constant(2), Identity()])
def test_dtype(initializer, dtype):
    assert initializer((2, 2), dtype=dtype).dtype == dtype


def test_constant_array():
    value = np.arange(6.0).reshape(2, 3)
    initializer = Constant(value)
    np.testing.assert_array_equal(initializer((2, 3)), value)
    np.testing.assert_array_equal(initializer((4, 2, 3))[3], value)
    again = Constant.from_config(initializer.get_config())
    np.testing.assert_array_equal(again((2, 3)), value)
    assert again.get_config() == initializer.get_config() == {"value": value.tolist()}


def test_identity():
    np.testing.assert_array_equal(Identity(2)((2, 3)), [[2, 0, 0], [0, 2, 0]])


@pytest.mark.parametrize("shape", [(2,), (2, 2, 2), ()])
def test_identity_wants_a_matrix(shape):
    with pytest.raises(ValueError, match="can only be used for 2D matrices"):
        Identity()(shape)


@pytest.mark.parametrize("initializer", [Zeros(), Ones(), Constant(2), Identity(3.0)])
def test_config_round_trip(initializer):
    again = type(initializer).from_config(initializer.get_config())
    np.testing.assert_array_equal(again((2, 2)), initializer((2, 2)))
    assert again.get_config() == initializer.get_config()
