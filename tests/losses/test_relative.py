"""Losses of ratios against Keras 3, by differences, and where epsilon counts."""

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_config, check_derivative

from fastdense import config, losses

CASES = cases("mean_absolute_percentage_error", "mean_squared_logarithmic_error")
CLASSES = [losses.MeanAbsolutePercentageError, losses.MeanSquaredLogarithmicError]
RNG = np.random.default_rng(4)


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("shape", [(5, 3), (5, 1), (2, 4, 3)])
def test_gradient_is_the_derivative(kind, shape):
    check_derivative(kind(dtype="float64"), RNG.uniform(0.1, 3, shape), RNG.uniform(0.1, 3, shape))


def test_what_counts_as_epsilon():
    assert losses.mean_absolute_percentage_error([[0.0]], np.array([[1.0]])) == pytest.approx(1e9)
    tiny = np.array([[-1.0, 0.0, 1e-8, 1e-7]])
    np.testing.assert_array_equal(losses.mean_squared_logarithmic_error(tiny, tiny[:, ::-1]), 0)
    np.testing.assert_array_equal(
        losses.mean_squared_logarithmic_error.gradient(np.ones((1, 4)), tiny) != 0,
        [[False, False, False, True]])


def test_epsilon_is_a_setting():
    before = config.epsilon()
    try:
        config.set_epsilon(0.5)
        assert losses.mean_absolute_percentage_error([[0.0]], np.array([[1.0]])) == 200
        assert losses.mean_squared_logarithmic_error([[0.5]], np.array([[0.25]])) == 0
    finally:
        config.set_epsilon(before)


@pytest.mark.parametrize("kind", CLASSES)
def test_config(kind):
    check_config(kind)
