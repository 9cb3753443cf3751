"""What the loss functions say about their arguments."""

import numpy as np
import pytest

from fastdense.losses.arguments import check_axis, check_shapes, clip_probabilities


def test_axis():
    check_axis(-1)


@pytest.mark.parametrize("axis", [0, 1, 2, -2, True, None])
def test_other_axes(axis):
    with pytest.raises(ValueError, match=r"`axis` must be of type `int` and be -1.*Received: ax"):
        check_axis(axis)


def test_shapes():
    check_shapes(np.zeros((2, 3)), np.ones((2, 3)))


@pytest.mark.parametrize(("y_true", "y_pred", "message"), [
    ((3,), (3, 4), "must have the same rank"), ((3, 4, 1), (3, 4), "must have the same rank"),
    ((3, 2), (3, 4), "must have the same shape"), ((2, 4), (3, 4), "must have the same shape"),
])
def test_other_shapes(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message) as raised:
        check_shapes(np.zeros(y_true), np.zeros(y_pred))
    assert f"target.shape={y_true}, output.shape={y_pred}" in str(raised.value)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_clip(dtype):
    p = np.array([0, 1e-8, 0.5, 1 - 1e-9, 1, -2, 3, np.nan], dtype)
    clipped, inside = clip_probabilities(p)
    low, high = np.array([1e-7, 1 - 1e-7], dtype)
    np.testing.assert_array_equal(clipped, np.array([low, low, 0.5, high, high, low, high, np.nan],
                                                    dtype))
    np.testing.assert_array_equal(inside, [False, False, True] + 5 * [False])
    assert clipped.dtype == dtype
