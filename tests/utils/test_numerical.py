"""One-hot labels and unit norms, against Keras 3.15.1 where nothing else is said."""

import numpy as np
import pytest

from fastdense.utils import normalize, to_categorical


@pytest.mark.parametrize(("x", "num_classes", "expected"), [
    ([0, 2, 1], None, [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
    ([0, 2, 1], 4, [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]),
    ([0, 1], 0, [[1, 0], [0, 1]]),
    ([[0], [1]], None, [[1, 0], [0, 1]]),
    ([[1]], 3, [[0, 1, 0]]),
    ([[0, 1], [2, 0]], None, [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [1, 0, 0]]]),
    (3, None, [0, 0, 0, 1]),
    ([1.7, 0.0], None, [[0, 1], [1, 0]]),
    ([True, False], None, [[0, 1], [1, 0]]),
    (["1"], None, [[0, 1]]),
    ([0], np.int64(2), [[1, 0]]),
])
def test_to_categorical(x, num_classes, expected):
    result = to_categorical(x, num_classes)
    assert result.dtype == np.float64
    assert result.shape == np.shape(expected)
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "uint64", "float32", "bool"])
def test_to_categorical_leaves_its_input_alone(dtype):
    x = np.array([1, 0, 1], dtype=dtype)
    x.flags.writeable = False
    np.testing.assert_array_equal(to_categorical(x), [[0, 1], [1, 0], [0, 1]])


def test_to_categorical_of_nothing():
    assert to_categorical([], 3).shape == (0, 3)
    assert to_categorical(np.empty((0, 2), dtype=int), 3).shape == (0, 2, 3)


@pytest.mark.parametrize(("x", "num_classes", "error", "message"), [
    ([0, 5], 3, IndexError, "index 5 is out of bounds for 3 classes"),
    # Keras counts negative labels from the end and so hides them.
    ([-1, 0], 2, IndexError, "index -1 is out of bounds"),
    ([-3], None, IndexError, "index -3 is out of bounds for 0 classes"),
    ([0.0, np.nan], None, ValueError, "NaN or infinity"),
    ([0.0, np.inf], 3, ValueError, "NaN or infinity"),
    ([], None, ValueError, "Pass num_classes"),
    ([0], -1, ValueError, "expected num_classes > 0"),
    ([0], 2.0, TypeError, "integer"),
    (["a"], None, ValueError, "a"),
])
def test_to_categorical_errors(x, num_classes, error, message):
    with pytest.raises(error, match=message):
        to_categorical(x, num_classes)


X = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 2.0]])


@pytest.mark.parametrize(("arguments", "expected"), [
    ({}, [[0.6, 0.8], [0.0, 0.0], [0.4472135954999579, 0.8944271909999159]]),
    ({"axis": 1}, [[0.6, 0.8], [0.0, 0.0], [0.4472135954999579, 0.8944271909999159]]),
    ({"order": 1}, [[3 / 7, 4 / 7], [0.0, 0.0], [1 / 3, 2 / 3]]),
    ({"order": np.inf}, [[0.75, 1.0], [0.0, 0.0], [0.5, 1.0]]),
    ({"axis": -2}, [[0.9486832980505138, 0.8944271909999159], [0.0, 0.0],
                    [0.31622776601683794, 0.4472135954999579]]),
    # Keras divides along the wrong axis here and raises, or gives wrong numbers if x is square.
    ({"axis": 0}, [[0.9486832980505138, 0.8944271909999159], [0.0, 0.0],
                   [0.31622776601683794, 0.4472135954999579]]),
    ({"axis": None}, [[0.5489492859393866, 0.7319323812525155], [0.0, 0.0],
                      [0.18298309531312887, 0.36596619062625774]]),
])
def test_normalize(arguments, expected):
    before = X.copy()
    np.testing.assert_allclose(normalize(X, **arguments), expected, rtol=1e-15)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(("x", "dtype"), [
    (X.astype("float32"), "float32"), (X, "float64"), (X.astype("int64"), "float64"),
    (X.astype("uint8"), "float64"), (X.tolist(), "float64"), (X[0], "float64"),
    (np.arange(8.0).reshape(2, 2, 2), "float64"),
])
def test_normalize_keeps_shape_and_precision(x, dtype):
    result = normalize(x)
    assert result.shape == np.shape(x)
    assert result.dtype == dtype
    norms = np.linalg.norm(result, axis=-1)
    assert np.all(np.isclose(norms, 1) | (norms == 0))
