"""What the loss functions say about their arguments."""

import numpy as np
import pytest

from fastdense.losses.arguments import (
    check_axis,
    check_last_axis,
    check_shapes,
    clip_probabilities,
    paired,
    smooth,
)


@pytest.mark.parametrize("axis", [-1, 0, np.int64(2)])
def test_axis(axis):
    check_axis(axis)


@pytest.mark.parametrize("axis", [True, np.True_, None, 1.0, (0, 1)])
def test_no_axis(axis):
    for check in (check_axis, lambda axis: check_last_axis(axis, 2)):
        with pytest.raises(ValueError, match=r"`axis` must be of type `int`\. Received: axis="):
            check(axis)


def test_last_axis():
    check_last_axis(-1, 3)
    check_last_axis(2, 3)
    for axis in (0, 1, -2, 3):
        with pytest.raises(ValueError, match=r"Only axis=-1 is currently supported.*moveaxis"):
            check_last_axis(axis, 3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_paired(dtype):
    y_true, y_pred = paired([1, 2], np.zeros((2, 1), dtype))
    assert y_true.dtype == y_pred.dtype == dtype
    assert y_true.tolist() == [[1], [2]] and y_pred.shape == (2, 1)
    assert {a.dtype.name for a in paired(np.ones(2), [1, 2])} == {"float32"}


def test_smooth():
    y_true = np.float32([[0, 1]])
    assert smooth(y_true, 0.0, 2) is y_true
    smoothed = smooth(y_true, np.array([0.0, 0.5]), 2)
    assert smoothed.dtype == "float32" and smoothed.tolist() == [[0.0, 0.75]]


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
