"""Samples in the engine's form, and parts of them for Python."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers
from fastdense.training.samples import Inputs, Samples, Span

X, Y = np.arange(12.0).reshape(6, 2), np.arange(6.0)
W = np.linspace(0.5, 1, 6)


def compiled(loss_weight=None):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", loss_weights=loss_weight)
    return model


def test_samples():
    samples = Samples(compiled(), X, Y, W)
    assert samples.n == 6 and samples.weights is samples.loss_weights is W and samples.y is Y
    assert samples.targets.shape == (6, 1) and samples.labels is None
    assert (samples.source.n_samples, samples.source.n_features) == (6, 2)


@pytest.mark.parametrize(("factor", "weights", "expected"), [
    (2.0, None, np.full(6, 2.0)), (2.0, W, 2 * W), (1.0, None, None), ([3], W, 3 * W)])
def test_loss_weights(factor, weights, expected):
    samples = Samples(compiled(factor), X, Y, weights)
    np.testing.assert_array_equal(samples.loss_weights, expected)
    assert samples.weights is weights  # metrics have no use for that of the loss


def test_part():
    samples = Samples(compiled(2.0), X, Y, W)
    order = np.array([5, 4, 3, 2, 1, 0])
    for got, all_ in zip(samples.part(Span(samples, order, 1, 3, 1, 2)), (Y, W, 2 * W),
                         strict=True):
        np.testing.assert_array_equal(got, all_[[4, 3]])
    for got, all_ in zip(samples.part(Span(samples, None, 1, 3, 1, 2)), (Y, W, 2 * W), strict=True):
        np.testing.assert_array_equal(got, all_[1:3])
    assert Samples(compiled(), X, Y).part(Span(None, None, 0, 2, 1, 2))[1:] == (None, None)


def test_inputs():
    assert Inputs(X).n == 6 and Inputs(X).x is X
