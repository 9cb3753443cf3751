"""The in-place optimizer steps, against the oracle."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import reference
from conftest import Engine, factors

from fastdense import Variable, kernels, optimizers

BETAS = {"beta_1": 0.9, "beta_2": 0.99}
CLASSES = {"sgd": optimizers.SGD, "rmsprop": optimizers.RMSprop, "adagrad": optimizers.Adagrad,
           "adadelta": optimizers.Adadelta, "adam": optimizers.Adam, "adamax": optimizers.Adamax,
           "nadam": optimizers.Nadam, "lion": optimizers.Lion}
CASES = [("sgd", {}), ("adagrad", {"epsilon": 1e-7}), ("adadelta", {"rho": 0.9, "epsilon": 1e-3}),
         ("adamax", {**BETAS, "epsilon": 1e-7}), ("nadam", {**BETAS, "epsilon": 1e-7}),
         ("lion", BETAS)]
CASES += [("sgd", {"momentum": 0.9, "nesterov": nesterov}) for nesterov in (False, True)]
CASES += [("rmsprop", {"rho": 0.9, "epsilon": 1e-7, "momentum": momentum, "centered": centered})
          for momentum, centered in itertools.product((0.0, 0.8), (False, True))]
CASES += [("adam", {**BETAS, "epsilon": 1e-7, "amsgrad": amsgrad}) for amsgrad in (False, True)]


@pytest.mark.parametrize(("kind", "hyper"), CASES, ids=str)
@pytest.mark.parametrize("n", [1, 7, 64, 1001])
def test_ten_steps(engine, rng, kind, hyper, n):
    learning_rate = 2.0**-7  # exact, as a learning rate is a float32
    optimizer = CLASSES[kind](learning_rate, **hyper)
    w = rng.standard_normal(n).astype(engine.dtype)
    optimizer.build([Variable(w, dtype=engine.dtype)])
    names = optimizer.rule.slots
    start = 0.1 if kind == "adagrad" else 0.0
    slots = [np.full(n, start, engine.dtype) for _ in names]
    expected, state = w.astype("f8"), {name: np.full(n, start) for name in names}
    for _ in range(10):
        g = rng.standard_normal(n).astype(engine.dtype)
        expected, state = reference.OPTIMIZERS[kind](expected, g.astype("f8"), state,
                                                     learning_rate=learning_rate, **hyper)
        (row,) = optimizer.factors(1)
        optimizer.count(1)
        engine.apply_update(kind, hyper, row, w, g, slots)
    np.testing.assert_allclose(w, expected, rtol=0, atol=100 * engine.eps)
    for name, slot in zip(names, slots, strict=True):
        np.testing.assert_allclose(slot, state[name], rtol=100 * engine.eps, atol=100 * engine.eps)


def updated(engine, kind, hyper, n=1001, cut=1001):
    """w and the slots after two steps on n elements, `cut` of them at a time."""
    rng = np.random.default_rng(1)
    w, *slots = rng.random((1 + len(CLASSES[kind](**hyper).rule.slots), n)).astype(engine.dtype)
    (row,) = factors(decay=0.01, rate=0.1, gradient_rate=0.3, scale=0.5)
    for _ in range(2):
        g = rng.standard_normal(n).astype(engine.dtype)
        for first in range(0, n, cut):
            part = slice(first, first + cut)
            engine.apply_update(kind, hyper, row, w[part], g[part], [s[part] for s in slots])
    return np.array([w, *slots])


@pytest.mark.parametrize(("kind", "hyper"), CASES, ids=str)
def test_same_bits_however_the_elements_are_cut(engine, kind, hyper):
    whole = updated(engine, kind, hyper)
    for cut in (1, 13, 384):
        np.testing.assert_array_equal(updated(engine, kind, hyper, cut=cut), whole)


@pytest.mark.parametrize(("kind", "hyper"), CASES, ids=str)
@pytest.mark.parametrize("dtype", [0, 1], ids=["f32", "f64"])
def test_same_bits_on_every_level_with_fma(kind, hyper, dtype):
    levels = [name for name in kernels.built_levels()
              if name != "base" and name in kernels.cpu.supported_levels()]
    found = [updated(Engine(level, dtype), kind, hyper) for level in levels]
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize(("kind", "hyper"), CASES, ids=str)
def test_nan_shows(engine, kind, hyper):
    w, g = np.ones((2, 3), engine.dtype)
    g[1] = np.nan
    slots = [np.ones(3, engine.dtype) for _ in CLASSES[kind](**hyper).rule.slots]
    (row,) = factors(rate=0.1, gradient_rate=0.3, scale=0.5)
    engine.apply_update(kind, hyper, row, w, g, slots)
    assert np.isnan(w).tolist() == [False, True, False]


def test_decay(engine):
    w = np.array([1.0, -2.0, 0.0], engine.dtype)
    engine.decay_weights(0.25, w)
    assert w.tolist() == [0.75, -1.5, 0.0]
    engine.decay_weights(0.25, w[:0])


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
