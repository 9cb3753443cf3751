"""Softmax and its kin: axes, extreme rows, what they sum to."""

import numpy as np
import pytest

from fastdense import activations

ROWS = [activations.softmax, activations.log_softmax, activations.sparsemax]


@pytest.mark.parametrize("function", ROWS)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_axes(rng, function, axis):
    x = rng.standard_normal((3, 4, 5))
    expected = np.apply_along_axis(lambda row: function(row), axis, x)
    np.testing.assert_array_equal(function(x, axis=axis), expected)


@pytest.mark.parametrize("function", ROWS)
def test_no_axis_is_one_row(rng, function):
    x = rng.standard_normal((3, 4))
    np.testing.assert_array_equal(function(x, axis=None), function(x.reshape(-1)).reshape(3, 4))


@pytest.mark.parametrize("function", ROWS)
@pytest.mark.parametrize("axis", [2, -3])
def test_wrong_axis(function, axis):
    with pytest.raises(ValueError, match=f"expected x with an axis {axis}"):
        function(np.zeros((2, 3)), axis=axis)


@pytest.mark.parametrize("n", [1, 2, 10, 33, 1000])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_sums(rng, n, dtype):
    x = (rng.standard_normal((7, n)) * 5).astype(dtype)
    eps = np.finfo(dtype).eps
    assert np.abs(activations.sparsemax(x).sum(axis=1, dtype="f8") - 1).max() <= n * eps
    log_p = activations.log_softmax(x).astype("f8")
    assert np.abs(np.exp(log_p).sum(axis=1) - 1).max() <= 100 * eps
    assert (activations.sparsemax(x) >= 0).all() and (log_p <= 0).all()


def test_sparsemax_is_the_nearest_distribution(rng):
    """z - h is the same for all entries kept, and no less than z for those dropped."""
    z = rng.standard_normal((200, 9)) * 2
    h = activations.sparsemax(z)
    for row, p in zip(z, h, strict=True):
        kept = p > 0
        tau = (row - p)[kept]
        assert np.ptp(tau) < 1e-14
        assert (row[~kept] <= tau.mean() + 1e-14).all()


def test_extremes():
    big = np.finfo("f4").max
    x = np.array([[big, -big, 0], [-big] * 3], "f4")
    np.testing.assert_allclose(activations.sparsemax(x), [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    np.testing.assert_allclose(activations.log_softmax(x)[1], -np.log(3), rtol=1e-6)
    for function in ROWS:
        assert np.isnan(function(np.array([1.0, np.nan, 2.0]))).any()
        assert function(np.zeros((0, 3))).shape == (0, 3)


def test_glu(rng):
    x = rng.standard_normal((4, 6))
    np.testing.assert_allclose(activations.glu(x), x[:, :3] / (1 + np.exp(-x[:, 3:])), rtol=1e-15)
    with pytest.raises(ValueError, match="axis size must be divisible by 2"):
        activations.glu(x, axis=-1)[:, :1] + activations.glu(np.zeros((4, 3)))
