"""The binary cross-entropy against Keras 3, by differences, and at its ends."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import losses

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/losses.json").read_text())
CASES = [c for c in GOLDEN["functions"] if c["name"] == "binary_crossentropy"]
BITS = np.random.default_rng(1).integers(0, 2, (4, 3))


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["options"]))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    y_true, y_pred = np.array(case["y_true"]), np.array(case["y_pred"], dtype)
    loss = losses.BinaryCrossentropy(**case["options"], dtype=dtype)
    values, gradient = loss.call(y_true, y_pred), loss.gradient(y_true, y_pred)
    # Keras rounds to float32 at every step: 1 - 1e-7 there is 1 - 1.19e-7.
    saturated = np.array(case["y_pred"]).max() == 1 and dtype == "float64"
    rtol = 0.02 if saturated else 1e-5
    np.testing.assert_allclose(values, case["values"], rtol=rtol, atol=1e-6)
    np.testing.assert_allclose(gradient, case["gradient"], rtol=1e-5, atol=1e-6)
    assert values.dtype == gradient.dtype == dtype


@pytest.mark.parametrize("options", [
    {}, {"label_smoothing": 0.2}, {"from_logits": True},
    {"from_logits": True, "label_smoothing": 0.2},
])
def test_gradient_is_the_derivative(options):
    loss = losses.BinaryCrossentropy(**options, dtype="float64")
    p = np.random.default_rng(2).uniform(0.05, 0.95, BITS.shape)
    step, numeric = 1e-6, np.empty_like(p)
    for column in range(p.shape[1]):
        bump = np.zeros_like(p)
        bump[:, column] = step
        numeric[:, column] = (loss.call(BITS, p + bump) - loss.call(BITS, p - bump)) / (2 * step)
    np.testing.assert_allclose(loss.gradient(BITS, p), numeric, rtol=1e-6, atol=1e-9)


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


@pytest.mark.parametrize("axis", [0, 1, True])
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
