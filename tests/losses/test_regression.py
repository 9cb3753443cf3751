"""The mean squared error against Keras 3 and by differences."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import losses

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/losses.json").read_text())
CASES = [c for c in GOLDEN["functions"] if c["name"] == "mean_squared_error"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    y_true, y_pred = np.array(case["y_true"]), np.array(case["y_pred"], dtype)
    values = losses.mean_squared_error(y_true, y_pred)
    gradient = losses.MeanSquaredError(dtype=dtype).gradient(y_true, y_pred)
    np.testing.assert_allclose(values, case["values"], rtol=1e-6)
    np.testing.assert_allclose(gradient, case["gradient"], rtol=1e-6, atol=1e-7)
    assert values.dtype == gradient.dtype == dtype


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


@pytest.mark.parametrize("shape", [(3, 2), (2, 3, 2)])
def test_predictions_are_not_broadcast(shape):
    with pytest.raises(ValueError, match=r"must have the same (shape|rank)"):
        losses.MeanSquaredError().gradient(np.zeros(shape), np.zeros((3, 1)))


def test_config():
    loss = losses.MeanSquaredError(reduction="sum", name="m")
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is losses.MeanSquaredError
    assert again.get_config() == {"name": "m", "reduction": "sum"}
