"""Hinge losses against Keras 3, by differences, at the margin and with either kind of labels."""

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_config, check_derivative

from fastdense import losses

CASES = cases("hinge", "squared_hinge", "categorical_hinge")
RNG = np.random.default_rng(4)
SIGNS = RNG.choice([-1.0, 1.0], (6, 3))
ONE_HOT = np.eye(3)[RNG.integers(0, 3, 6)]


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize(("kind", "y_true"), [
    (losses.Hinge, SIGNS), (losses.SquaredHinge, SIGNS), (losses.Hinge, ONE_HOT),
    (losses.SquaredHinge, ONE_HOT), (losses.CategoricalHinge, ONE_HOT),
])
def test_gradient_is_the_derivative(kind, y_true):
    check_derivative(kind(dtype="float64"), y_true, RNG.uniform(-2, 2, y_true.shape))


@pytest.mark.parametrize("function", [losses.hinge, losses.squared_hinge])
def test_zeros_stand_for_minus_one_if_nothing_else_occurs(function):
    y_pred = RNG.standard_normal(SIGNS.shape)
    np.testing.assert_array_equal(function((SIGNS + 1) / 2, y_pred), function(SIGNS, y_pred))
    np.testing.assert_array_equal(function.gradient((SIGNS + 1) / 2, y_pred),
                                  function.gradient(SIGNS, y_pred))
    assert function([[0.0], [-1.0]], [[0.5], [0.5]])[0] == 1.0


def test_a_margin_met_to_the_bit_still_pulls():
    y_pred = np.float32([[1.0, 1.5]])
    assert losses.hinge([[1, 1]], y_pred) == 0
    np.testing.assert_array_equal(losses.hinge.gradient([[1, 1]], y_pred), [[-0.5, 0.0]])
    np.testing.assert_array_equal(losses.squared_hinge.gradient([[1, 1]], y_pred), [[0.0, 0.0]])


def test_tied_scores_share_the_gradient():
    gradient = losses.categorical_hinge.gradient([[1, 0, 0]], np.array([[0.5, 0.25, 0.25]]))
    np.testing.assert_array_equal(gradient, [[-1.0, 0.5, 0.5]])


def test_rows_and_scores_must_fit():
    with pytest.raises(ValueError, match="must have the same shape"):
        losses.CategoricalHinge().gradient(np.zeros((2, 3)), np.zeros((2, 4)))


@pytest.mark.parametrize("kind", [losses.Hinge, losses.SquaredHinge, losses.CategoricalHinge])
def test_config(kind):
    check_config(kind)
