"""Smooth activations: accuracy in units of the last place over the whole range, and its ends."""

import math

import numpy as np
import pytest

from fastdense import activations

SCALES = np.geomspace(1e-30, 30, 4001)
X = np.concatenate([-SCALES, [0.0], SCALES])


def exact(name, x):
    x = x.astype("longdouble")
    return {
        "softplus": lambda: np.logaddexp(0, x),
        "log_sigmoid": lambda: -np.logaddexp(0, -x),
        "silu": lambda: x / (1 + np.exp(-x)),
        "mish": lambda: x * np.tanh(np.logaddexp(0, x)),
        "softsign": lambda: x / (1 + np.abs(x)),
        "squareplus": lambda: np.where(x < 0, 2 / (np.sqrt(x * x + 4) - x),
                                       (x + np.sqrt(x * x + 4)) / 2),
        "exponential": lambda: np.exp(x),
        "gelu": lambda: x * np.array([math.erfc(-float(v) / math.sqrt(2)) for v in x]) / 2,
    }[name]()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("name", "ulps"), [
    ("softplus", 4), ("log_sigmoid", 4), ("silu", 6), ("mish", 8), ("softsign", 3),
    ("squareplus", 6), ("exponential", 3)])
def test_accuracy(name, ulps, dtype):
    x = X.astype(dtype)
    expected = exact(name, x)
    got = getattr(activations, name)(x)
    error = np.abs(got - expected) / np.spacing(np.abs(expected).astype(dtype))
    assert error.max() < ulps


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_accuracy_of_gelu(dtype):
    """Rounding x^2 / 2 in the exponent costs x^2 / 2 units on the far left; rounding x / sqrt(2)
    for the C library's erfc costs the expected value x^2."""
    x = X[np.abs(X) < 12].astype(dtype)
    expected = exact("gelu", x)
    error = np.abs(activations.gelu(x) - expected) / np.spacing(np.abs(expected).astype(dtype))
    assert (error < 6 + np.where(x < 0, 1.5 * x * x, 0)).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "exponential", "gelu", "silu", "mish",
                                  "softplus", "log_sigmoid", "softsign", "tanh_shrink"])
def test_far_out(name):
    function = getattr(activations, name)
    limits = {"sigmoid": (0, 1), "tanh": (-1, 1), "exponential": (0, np.inf), "gelu": (0, 1e4),
              "silu": (0, 1e4), "mish": (0, 1e4), "softplus": (0, 1e4), "log_sigmoid": (-1e4, 0),
              "softsign": (-1, 1), "tanh_shrink": (-1e4, 1e4)}[name]
    np.testing.assert_allclose(function(np.array([-1e4, 1e4])), limits, rtol=2e-4)
    assert np.isnan(function(np.array([np.nan])))[0]
