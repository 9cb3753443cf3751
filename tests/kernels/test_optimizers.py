"""The in-place optimizer steps, against the oracle."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import reference
from conftest import factors

SLOTS = {"sgd": "momentum", "rmsprop": "velocity", "adagrad": "accumulator"}

CASES = [("sgd", {}), ("adagrad", {"epsilon": 1e-7})]
CASES += [("sgd", {"momentum": 0.9, "nesterov": nesterov}) for nesterov in (False, True)]
CASES += [("rmsprop", {"rho": 0.9, "epsilon": 1e-7, "momentum": momentum, "centered": centered})
          for momentum, centered in itertools.product((0.0, 0.8), (False, True))]


def slot_names(kind, hyper):
    names = [] if kind == "sgd" else [SLOTS[kind]]
    names += ["momentum"] * bool(hyper.get("momentum"))
    return names + ["average_gradient"] * bool(hyper.get("centered"))


@pytest.mark.parametrize(("kind", "hyper"), CASES, ids=str)
@pytest.mark.parametrize("n", [1, 7, 64, 1001])
def test_ten_steps(engine, rng, kind, hyper, n):
    w = rng.standard_normal(n).astype(engine.dtype)
    names = slot_names(kind, hyper)
    start = 0.1 if kind == "adagrad" else 0.0
    slots = [np.full(n, start, engine.dtype) for _ in names]
    expected, state = w.astype("f8"), {name: np.full(n, start) for name in names}
    for _ in range(10):
        g = rng.standard_normal(n).astype(engine.dtype)
        expected, state = reference.OPTIMIZERS[kind](expected, g.astype("f8"), state,
                                                     learning_rate=0.01, **hyper)
        engine.apply_update(kind, hyper, factors(rate=0.01)[0], w, g, slots)
    np.testing.assert_allclose(w, expected, rtol=0, atol=100 * engine.eps)
    for name, slot in zip(names, slots, strict=True):
        np.testing.assert_allclose(slot, state[name], rtol=100 * engine.eps, atol=100 * engine.eps)


def test_wrong_arguments(engine):
    ones = np.ones(3, engine.dtype)
    row = factors(rate=0.1)[0]
    with pytest.raises(ValueError, match="slots"):
        engine.apply_update("rmsprop", {}, row, ones, ones, [])
    with pytest.raises(ValueError, match="slots"):
        engine.apply_update("rmsprop", {}, row, ones, ones, [np.ones(2, engine.dtype)])
    with pytest.raises(ValueError, match="gradient"):
        engine.apply_update("sgd", {}, row, ones, ones[:2], [])
    with pytest.raises(ValueError, match="factors"):
        engine.apply_update("sgd", {}, row[:1], ones, ones, [])
    with pytest.raises(KeyError):
        engine.apply_update("lbfgs", {}, row, ones, ones, [])
