"""The binary cross-entropy against Keras 3, by differences, and at its ends."""

import json

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_derivative

from fastdense import losses

CASES = cases("binary_crossentropy")
BITS = np.random.default_rng(1).integers(0, 2, (4, 3))


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("options", [
    {}, {"label_smoothing": 0.2}, {"from_logits": True},
    {"from_logits": True, "label_smoothing": 0.2}, {"axis": 0}, {"axis": 0, "from_logits": True},
])
def test_gradient_is_the_derivative(options):
    loss = losses.BinaryCrossentropy(**options, dtype="float64")
    check_derivative(loss, BITS, np.random.default_rng(2).uniform(0.05, 0.95, BITS.shape))


def test_clipped_probabilities_have_no_gradient():
    gradient = losses.BinaryCrossentropy().gradient([[1.0, 0.0]], np.float32([[0.0, 1.0]]))
    np.testing.assert_array_equal(gradient, 0)


@pytest.mark.parametrize("logit", [-1e4, 0.0, 1e4, 3e38])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_any_logit(logit, y):
    loss = losses.BinaryCrossentropy(from_logits=True)
    value = loss([[y]], [[logit]])
    gradient = loss.gradient([[y]], np.float32([[logit]]))
    assert value == pytest.approx(max(logit, 0) - logit * y + (logit == 0) * np.log(2))
    assert gradient.item() == pytest.approx((logit > 0) + 0.5 * (logit == 0) - y)


def test_smoothing_by_column():
    smoothing = np.array([0.0, 0.2, 0.4])
    p = np.full(BITS.shape, 0.25)
    smoothed = BITS * (1 - smoothing) + smoothing / 2
    np.testing.assert_allclose(losses.binary_crossentropy(BITS, p, label_smoothing=smoothing),
                               losses.binary_crossentropy(smoothed, p))


@pytest.mark.parametrize(("y_true", "y_pred", "message"), [
    ((3,), (3, 4), "must have the same rank"), ((3, 2), (3, 4), "must have the same shape"),
])
def test_shapes(y_true, y_pred, message):
    loss = losses.BinaryCrossentropy()
    for function in (loss, loss.call, loss.gradient, losses.binary_crossentropy):
        with pytest.raises(ValueError, match=message):
            function(np.zeros(y_true), np.full(y_pred, 0.5))


def test_a_missing_last_axis():
    expected = losses.binary_crossentropy([[1], [0]], [[0.9], [0.2]])
    np.testing.assert_array_equal(losses.binary_crossentropy([1, 0], [[0.9], [0.2]]), expected)


@pytest.mark.parametrize("axis", [True, None, 1.5])
def test_axis(axis):
    for refused in (lambda: losses.BinaryCrossentropy(axis=axis),
                    lambda: losses.binary_crossentropy(BITS, BITS, axis=axis)):
        with pytest.raises(ValueError, match="`axis` must be"):
            refused()


def test_config():
    loss = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1, reduction="sum")
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert again.rule == loss.rule
    assert again.get_config() == loss.get_config() == {
        "name": "binary_crossentropy", "reduction": "sum", "from_logits": True,
        "label_smoothing": 0.1, "axis": -1}
    assert (loss.from_logits, loss.label_smoothing, loss.axis) == (True, 0.1, -1)
