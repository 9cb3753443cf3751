"""Losses of differences against Keras 3, by differences of their own, and at their ends."""

import json

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_derivative

from fastdense import losses

CASES = cases("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")
CLASSES = [losses.MeanSquaredError, losses.MeanAbsoluteError, losses.Huber, losses.LogCosh]
RNG = np.random.default_rng(4)


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("loss", [
    *(kind(dtype="float64") for kind in CLASSES), losses.Huber(delta=0.3, dtype="float64"),
])
@pytest.mark.parametrize("shape", [(5, 3), (5, 1), (2, 4, 3)])
def test_gradient_is_the_derivative(loss, shape):
    check_derivative(loss, RNG.standard_normal(shape), RNG.standard_normal(shape))


@pytest.mark.parametrize("y_true", [[1, 0, 1], [[1], [0], [1]]])
@pytest.mark.parametrize("y_pred", [[0.5, 0.0, 2.0], [[0.5], [0.0], [2.0]]])
def test_a_missing_last_axis(y_true, y_pred):
    loss = losses.MeanSquaredError()
    assert loss(y_true, y_pred) == pytest.approx((0.25 + 0 + 1) / 3)
    assert loss.gradient(y_true, np.float32(y_pred)).ravel().tolist() == pytest.approx(
        [-1.0, 0.0, 2.0] if np.ndim(y_true) == np.ndim(y_pred) == 2 or np.ndim(y_true) != np.ndim(
            y_pred) else [-1 / 3, 0.0, 2 / 3])


def test_targets_are_broadcast():
    loss, y_pred = losses.MeanSquaredError(), np.float32([[1.0, 3.0]])
    assert loss([[2.0]], y_pred) == 1.0
    np.testing.assert_array_equal(loss.gradient(np.array([[2.0]]), y_pred), [[-1.0, 1.0]])


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("shape", [(3, 2), (2, 3, 2)])
def test_predictions_are_not_broadcast(kind, shape):
    with pytest.raises(ValueError, match=r"must have the same (shape|rank)"):
        kind().gradient(np.zeros(shape), np.zeros((3, 1)))


@pytest.mark.parametrize(("delta", "error", "value", "slope"), [
    (1.0, 1.0, 0.5, 1.0), (1.0, -1.0, 0.5, -1.0), (2.0, 1.0, 0.5, 1.0), (0.5, 3.0, 1.375, 0.5),
    (1.0, np.inf, np.inf, 1.0),
])
def test_huber_at_its_joint(delta, error, value, slope):
    loss = losses.Huber(delta=delta)
    assert loss([[0.0]], [[error]]) == value
    assert loss.gradient([[0.0]], np.float32([[error]])) == slope


@pytest.mark.parametrize("delta", [2, np.float64(2), np.float32(2)])
def test_delta_of_any_type_keeps_the_dtype(delta):
    y_pred = np.float32([[1.0, 5.0]])
    assert losses.huber([[0.0, 0.0]], y_pred, delta).dtype == "float32"
    assert losses.huber.gradient([[0.0, 0.0]], y_pred, delta).dtype == "float32"
    assert losses.huber([[0.0, 0.0]], y_pred, delta=delta) == 4.25


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4, 3e38])
def test_log_cosh_of_any_difference(size):
    values = losses.log_cosh([[0.0], [0.0]], np.float32([[size], [-size]]))
    expected = size**2 / 2 if size < 1e-3 else size + np.log1p(np.exp(-2 * size)) - np.log(2)
    np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("kind", CLASSES)
def test_not_a_number_stays_one(kind):
    y_pred = np.float32([[np.nan, 1.0]])
    assert np.isnan(kind()([[0.0, 1.0]], y_pred))
    np.testing.assert_array_equal(np.isnan(kind().gradient([[0.0, 1.0]], y_pred)), [[True, False]])


@pytest.mark.parametrize(("loss", "config"), [
    (losses.MeanSquaredError(reduction="sum", name="m"), {"name": "m", "reduction": "sum"}),
    (losses.MeanAbsoluteError(), {"name": "mean_absolute_error",
                                  "reduction": "sum_over_batch_size"}),
    (losses.Huber(delta=2.0), {"name": "huber_loss", "reduction": "sum_over_batch_size",
                               "delta": 2.0}),  # Keras forgets delta
    (losses.LogCosh(), {"name": "log_cosh", "reduction": "sum_over_batch_size"}),
])
def test_config(loss, config):
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config() == config
