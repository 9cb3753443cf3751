"""Losses of distributions and counts against Keras 3, by differences, and where they clip."""

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_config, check_derivative

from fastdense import losses

CASES = cases("kl_divergence", "poisson")
CLASSES = [losses.KLDivergence, losses.Poisson]
RNG = np.random.default_rng(4)


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("shape", [(5, 3), (5, 1), (2, 4, 3)])
def test_gradient_is_the_derivative(kind, shape):
    y_true, y_pred = RNG.uniform(0.1, 0.9, (2, *shape))
    check_derivative(kind(dtype="float64"), y_true, y_pred)


def test_equal_distributions_do_not_diverge():
    p = RNG.dirichlet(np.ones(4), 3)
    np.testing.assert_array_equal(losses.kl_divergence(p, p), 0)


def test_clipped_predictions_have_no_gradient():
    y_pred = np.float32([[0.0, 1e-8, 0.5, 1.0, 1.5]])
    gradient = losses.kl_divergence.gradient([[0.2, 0.2, 0.2, 0.2, 0.2]], y_pred)
    np.testing.assert_allclose(gradient, [[0.0, 0.0, -0.4, -0.2, 0.0]], rtol=1e-6)


def test_a_rate_of_zero_is_finite():
    value, gradient = losses.Poisson().value_and_gradient([[2.0]], np.float32([[0.0]]))
    assert value == pytest.approx(-2 * np.log(1e-7), rel=1e-6)
    assert gradient == pytest.approx(1 - 2e7, rel=1e-6)


@pytest.mark.parametrize("kind", CLASSES)
def test_predictions_are_not_broadcast(kind):
    with pytest.raises(ValueError, match="must have the same shape"):
        kind().gradient(np.ones((3, 2)), np.ones((3, 1)))


@pytest.mark.parametrize("kind", CLASSES)
def test_config(kind):
    check_config(kind)
