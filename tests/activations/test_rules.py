"""Every activation against Keras 3 (golden/activations.npz): values alone, slopes in the engine."""

import functools
import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import activations
from fastdense.activations.rules import RULES

with np.load(Path(__file__).parents[1] / "golden" / "activations.npz") as stored:
    GOLDEN = dict(stored)
CASES = list(enumerate(json.loads(GOLDEN["cases"].item())))
COMPILED = [(i, case) for i, case in CASES if case[0] in RULES and "axis" not in case[1]]


def label(value):
    return f"{value[1][0]}{value[1][1]}"


def tolerance(dtype, name):
    """A rounded input is off by eps / 2, a slope of up to 30 carries that on. Keras on TensorFlow
    rounds the constants of gelu and leaky_relu to float32 in float64, too."""
    eps = np.finfo(np.float32 if name in ("gelu", "leaky_relu", "relu") else dtype).eps
    return {"rtol": 40 * eps, "atol": 20 * eps}


def test_every_activation_has_a_case():
    public = {name for name in activations.__all__ if name not in (
        "compiled", "deserialize", "get", "serialize", "swish", "hard_swish")}
    assert {case[0] for _, case in CASES} == public - {"sparsemax"}  # wrong in Keras 3.15.1
    assert set(RULES) == public - {"glu"}


@pytest.mark.parametrize("case", CASES, ids=label)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    i, (name, options) = case
    x = GOLDEN["x"].astype(dtype)
    result = getattr(activations, name)(x, **options)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, GOLDEN[f"h_{i}"], **tolerance(dtype, name))


@pytest.mark.parametrize("case", COMPILED, ids=label)
def test_slopes_of_keras_on_every_level(engine, case):
    i, (name, options) = case
    rule, parameters = activations.compiled(functools.partial(getattr(activations, name), **options)
                                            if options else getattr(activations, name))
    z, dh = GOLDEN["x"].astype(engine.dtype), GOLDEN["d"].astype(engine.dtype)
    h, dz = np.full_like(z, np.nan), np.full_like(z, np.nan)
    engine.activation_rows(rule, z, h, parameters)
    np.testing.assert_allclose(h, GOLDEN[f"h_{i}"], **tolerance(engine.dtype, name))
    engine.activation_rows_backward(rule, z, dh, dz, parameters)
    np.testing.assert_allclose(dz, GOLDEN[f"dz_{i}"], **tolerance(engine.dtype, name))


@pytest.mark.parametrize("case", [*COMPILED, (None, ("sparsemax", {}))], ids=label)
def test_slopes_by_central_differences(case):
    from fastdense.kernels import f64

    _, (name, options) = case
    function = functools.partial(getattr(activations, name), **options)
    rule, parameters = RULES[name](**options)
    x, d, h = GOLDEN["x"].copy(), GOLDEN["d"].copy(), 1e-6
    dz = np.empty_like(x)
    f64.activation_rows_backward(rule, x, d, dz, parameters)
    for j in range(x.shape[1]):
        step = np.zeros_like(x)
        step[:, j] = h
        numeric = ((function(x + step) - function(x - step)) * d).sum(axis=1) / (2 * h)
        np.testing.assert_allclose(dz[:, j], numeric, rtol=1e-6, atol=1e-7)


def test_wrong_parameters(engine):
    z = np.zeros((2, 3), engine.dtype)
    with pytest.raises(KeyError):
        engine.activation_rows("elu", z, z)
    with pytest.raises(ValueError, match="rectifier: expected 4 parameters"):
        engine.activation_rows("rectifier", z, z, (1.0,))
    with pytest.raises(ValueError, match="relu: expected 0 parameters"):
        engine.activation_rows("relu", z, z, (1.0,))
    engine.activation_rows_backward("relu", z[:0], z[:0], z[:0])  # no rows, nothing to do
    with pytest.raises(ValueError, match=r"squareplus: expected numbers"):
        activations.squareplus([1.0], b="four")
