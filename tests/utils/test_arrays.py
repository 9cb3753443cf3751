"""What functions of targets and predictions do with their arguments first."""

import numpy as np
import pytest

from fastdense import Variable, config
from fastdense.utils.arrays import aligned_weights, as_float, same_rank


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_not_copied(dtype):
    x = np.ones((2, 3), dtype)
    assert as_float(x) is x


@pytest.mark.parametrize("x", [
    [1.0, 2.0], (1, 2), np.array([1, 2]), np.array([1.0, 2.0], "float16"), [np.float64(1), 2],
    np.array([True, False]),
])
@pytest.mark.parametrize("floatx", ["float32", "float64"])
def test_anything_else_becomes_floatx(x, floatx):
    config.set_floatx(floatx)
    try:
        result = as_float(x)
    finally:
        config.set_floatx("float32")
    assert result.dtype == floatx
    np.testing.assert_array_equal(result, x)


def test_variables():
    assert as_float(Variable([1.0], dtype="float64")).dtype == "float64"


@pytest.mark.parametrize(("x", "y", "shapes"), [
    ((3,), (3, 1), [(3, 1), (3, 1)]), ((3, 1), (3,), [(3, 1), (3, 1)]),
    ((3, 2), (3, 2, 1), [(3, 2), (3, 2)]), ((3, 2, 1), (3, 2), [(3, 2), (3, 2)]),
    ((3,), (3, 4), [(3,), (3, 4)]), ((3, 4), (3,), [(3, 4), (3,)]),
    ((3, 4), (3, 4), [(3, 4), (3, 4)]), ((), (1,), [(), ()]), ((), (3, 1), [(), (3, 1)]),
])
def test_same_rank(x, y, shapes):
    assert [a.shape for a in same_rank(np.zeros(x), np.zeros(y))] == shapes


def test_same_rank_takes_lists_and_keeps_values():
    x, y = same_rank([1, 2], [[3.0], [4.0]])
    assert x.tolist() == [[1], [2]] and y.tolist() == [[3.0], [4.0]]


@pytest.mark.parametrize(("weight", "shape", "expected"), [
    ([1, 2], (2, 3), (2, 1)), ([1, 2], (2,), (2,)), ([[1], [2]], (2,), (2,)), (3.0, (2, 3), ()),
    ([[1], [2]], (2, 3), (2, 1)), (np.ones((2, 3, 1)), (2, 3), (2, 3)),
])
def test_aligned_weights(weight, shape, expected):
    aligned = aligned_weights(weight, shape)
    assert aligned.shape == expected and aligned.dtype == "float64"
    np.testing.assert_array_equal(aligned.ravel(), np.ravel(weight))


@pytest.mark.parametrize(("weight", "shape"), [([1, 2, 3], (2,)), ([1, 2], (3, 2)),
                                               ([[1, 2], [3, 4]], (2,))])
def test_weights_that_do_not_fit(weight, shape):
    with pytest.raises(ValueError, match="sample_weight: expected one weight per sample"):
        aligned_weights(weight, shape)
