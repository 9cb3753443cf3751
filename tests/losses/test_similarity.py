"""The cosine similarity against Keras 3, by differences, along any axis and of zero vectors."""

import json

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_derivative

from fastdense import losses

RNG = np.random.default_rng(4)


@pytest.mark.parametrize("case", cases("cosine_similarity"), ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("shape", [(5, 3), (2, 4, 3)])
def test_gradient_is_the_derivative(shape, axis):
    loss = losses.CosineSimilarity(axis=axis, dtype="float64")
    check_derivative(loss, RNG.standard_normal(shape), RNG.standard_normal(shape))
    value, gradient = loss.value_and_gradient(RNG.standard_normal(shape), np.ones(shape))
    assert -1 <= value <= 1 and gradient.shape == shape


def test_length_does_not_matter():
    y_true, y_pred = RNG.standard_normal((2, 5, 3))
    np.testing.assert_allclose(losses.cosine_similarity(7 * y_true, y_pred / 9),
                               losses.cosine_similarity(y_true, y_pred), rtol=1e-12)
    np.testing.assert_allclose(losses.cosine_similarity(y_true, -y_true), 1, rtol=1e-12)


def test_zero_vectors_are_finite():
    zero, other = np.zeros((1, 3), "float32"), np.float32([[0.0, 3.0, 4.0]])
    assert losses.cosine_similarity(zero, other) == losses.cosine_similarity(other, zero) == 0
    np.testing.assert_array_equal(losses.cosine_similarity.gradient(zero, other), 0)
    gradient = losses.cosine_similarity.gradient(other, zero)
    np.testing.assert_allclose(gradient, [[0.0, -6e6, -8e6]], rtol=1e-6)


def test_arguments():
    with pytest.raises(ValueError, match="`axis` must be"):
        losses.CosineSimilarity(axis=True)
    with pytest.raises(ValueError, match="must have the same shape"):
        losses.CosineSimilarity().gradient(np.ones((3, 2)), np.ones((3, 1)))


def test_config():
    loss = losses.CosineSimilarity(axis=1)
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is losses.CosineSimilarity and again.axis == 1
    assert again.get_config() == loss.get_config() == {
        "name": "cosine_similarity", "reduction": "sum_over_batch_size", "axis": 1}
