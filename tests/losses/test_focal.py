"""Focal cross-entropies against Keras 3, by differences, and beside the plain ones."""

import json

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_derivative

from fastdense import losses

CASES = cases("binary_focal_crossentropy", "categorical_focal_crossentropy")
RNG = np.random.default_rng(4)
BITS = RNG.integers(0, 2, (5, 3))
ONE_HOT = np.eye(3)[RNG.integers(0, 3, 5)]


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("options", [
    {}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 1.0, "alpha": 0.7}, {"label_smoothing": 0.2},
    {"axis": 0},
])
@pytest.mark.parametrize("from_logits", [False, True])
def test_gradient_is_the_derivative(options, from_logits):
    y_pred = RNG.uniform(0.05, 0.9, BITS.shape)
    options = {"from_logits": from_logits, "dtype": "float64", **options}
    check_derivative(losses.CategoricalFocalCrossentropy(**options), ONE_HOT, y_pred)
    for balanced in (False, True):
        loss = losses.BinaryFocalCrossentropy(apply_class_balancing=balanced, **options)
        check_derivative(loss, BITS, y_pred)


@pytest.mark.parametrize("from_logits", [False, True])
def test_without_focus_it_is_the_plain_loss(from_logits):
    y_pred = RNG.uniform(0.05, 0.95, BITS.shape)
    for focal, plain, y_true in (
        (losses.BinaryFocalCrossentropy(gamma=0, from_logits=from_logits),
         losses.BinaryCrossentropy(from_logits), BITS),
        (losses.CategoricalFocalCrossentropy(alpha=1, gamma=0, from_logits=from_logits),
         losses.CategoricalCrossentropy(from_logits), ONE_HOT),
    ):
        np.testing.assert_allclose(focal.call(y_true, y_pred), plain.call(y_true, y_pred))
        np.testing.assert_allclose(focal.gradient(y_true, y_pred), plain.gradient(y_true, y_pred))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_certain_predictions_are_finite(gamma):
    y_pred = np.float32([[0.0, 1.0, 0.0]])
    for kind in (losses.BinaryFocalCrossentropy, losses.CategoricalFocalCrossentropy):
        for y_true in ([[0, 1, 0]], [[1, 0, 0]]):
            value, gradient = kind(gamma=gamma).value_and_gradient(y_true, y_pred)
            assert np.isfinite(value) and np.isfinite(gradient).all()


def test_a_weight_for_each_class():
    y_pred = RNG.dirichlet(np.ones(3), 3)
    loss = losses.CategoricalFocalCrossentropy(alpha=[1.0, 0.5, 0.0], dtype="float64")
    plain = losses.CategoricalFocalCrossentropy(alpha=1.0, dtype="float64")
    expected = plain.call(np.eye(3), y_pred) * [1.0, 0.5, 0.0]
    np.testing.assert_allclose(loss.call(np.eye(3), y_pred), expected)
    check_derivative(loss, np.eye(3), y_pred)


@pytest.mark.parametrize("kind", [losses.BinaryFocalCrossentropy,
                                  losses.CategoricalFocalCrossentropy])
def test_arguments(kind):
    with pytest.raises(ValueError, match="`axis` must be"):
        kind(axis=None)
    for function in (kind(), kind().gradient):
        with pytest.raises(ValueError, match="must have the same shape"):
            function(np.zeros((3, 2)), np.full((3, 4), 0.5))


def test_one_class_is_a_mistake():
    with pytest.warns(SyntaxWarning, match=r"categorical_focal_cross.*'binary_focal_crossentropy'"):
        losses.categorical_focal_crossentropy([[1.0]], np.array([[0.5]]))


@pytest.mark.parametrize(("loss", "options"), [
    (losses.BinaryFocalCrossentropy(True, 0.4, 1.0, label_smoothing=0.1),
     {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.0, "from_logits": False,
      "label_smoothing": 0.1, "axis": -1}),
    (losses.CategoricalFocalCrossentropy(from_logits=True),
     {"alpha": 0.25, "gamma": 2.0, "from_logits": True, "label_smoothing": 0.0, "axis": -1}),
])
def test_config(loss, options):
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config() == {
        "name": loss.name, "reduction": "sum_over_batch_size", **options}
    assert {name: getattr(loss, name) for name in options} == options
