"""Where a layer's input and weights lie, and in which order tiles come, shows in no bit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from conftest import factors

from fastdense import config
from fastdense.kernels import cpu
from fastdense.kernels.rules import LossRule, Stage, UpdateRule

TINY, HUGE = 1, 1 << 60  # caches: nothing stays in one of them, everything in the other

RULES = {
    "sgd": UpdateRule("sgd", {}, ()),
    "rmsprop": UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7}, ("velocity",)),
    "amsgrad": UpdateRule(
        "adam", {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": True}, tuple("mvh")),
}


@pytest.fixture(autouse=True)
def cache_put_back():
    yield
    cpu.set_resident(0)


def test_resident():
    found = cpu.get_resident()
    assert found >= 2**16  # half of a second-level cache
    cpu.set_resident(12345)
    assert cpu.get_resident() == 12345
    cpu.set_resident(0)
    assert cpu.get_resident() == found


def uncopied(engine):
    """Numbers in the longest row that is not copied: HALF_PAGE of weights.pxi."""
    return 2048 // np.dtype(engine.dtype).itemsize


def network(engine, widths, rule=None):
    rng = np.random.default_rng(5)
    net = engine.Network([Stage("dense", a, b, 1, "linear" if b == widths[-1] else "relu")
                          for a, b in itertools.pairwise(widths)])
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        net.set_weights(i, (rng.standard_normal((a, b)) / np.sqrt(a)).astype(engine.dtype),
                        rng.standard_normal(b).astype(engine.dtype))
    if rule is not None:
        net.set_update(rule)
    return net


def weights(engine, read, widths, *more):
    found = []
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        found += [np.full((a, b), np.nan, engine.dtype), np.full(b, np.nan, engine.dtype)]
        read(i, *found[-2:], *more)
    return found


@pytest.mark.parametrize("rows", [1, 5, 33, 1025])
def test_gradient_at_edge_sizes(engine, rng, rows):
    """Each number of it is one chain of sums, as that of the matrix product."""
    config.set_num_threads(1)  # two would take samples of their own, where nothing is copied
    outputs = 4 * engine.TILE["panel"]
    for more in engine.edge_sizes():
        n_in = uncopied(engine) + more
        x = rng.standard_normal((rows, n_in)).astype(engine.dtype)
        d = rng.standard_normal((rows, outputs)).astype(engine.dtype)
        cpu.set_resident(TINY)
        plan = engine.Plan(network(engine, (n_in, outputs)), rows, True)
        plan.forward(engine.Source(x), None, 0, rows, np.empty_like(d), np.zeros(1))
        plan.backward(d)
        gradient, _ = weights(engine, plan.get_gradient, (n_in, outputs))
        expected = np.empty_like(gradient)
        engine.dense(np.ascontiguousarray(x.T), d, None, "linear", expected)
        np.testing.assert_array_equal(gradient, expected)


def trained(engine, widths, rule, density, cache, threads):
    """Everything that two epochs leave behind; the last batch is a short one."""
    cpu.set_resident(cache)
    config.set_num_threads(threads)
    rng = np.random.default_rng(3)
    n, batch = 200, 90
    x = rng.standard_normal((n, widths[0])) * (rng.random((n, widths[0])) < density)
    y = rng.standard_normal((n, widths[-1])).astype(engine.dtype)
    net = network(engine, widths, rule)
    plan = engine.Plan(net, batch, True, LossRule("mean_squared_error"))
    totals = np.zeros(1)
    for _ in range(2):
        plan.train(engine.Source(x.astype(engine.dtype)), y, None, None, rng.permutation(n), 0, n,
                   factors(3, rate=1e-3, gradient_rate=1.0, scale=1.0), totals)
    found = [totals]
    for slot in range(-1, len(rule.slots)):
        found += weights(engine, net.get_weights, widths, slot)
    return found


@pytest.mark.parametrize("density", [1.0, 0.1])  # in the second case with lists of what is not zero
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_training(engine, rule, density):
    widths = uncopied(engine) + 101, uncopied(engine) + 5, 4 * engine.TILE["panel"], 3
    expected = trained(engine, widths, rule, density, HUGE, 1)
    for cache, threads in [(TINY, 1), (TINY, 2), (TINY, 3), (50_000, 2), (HUGE, 2)]:
        for a, b in zip(expected, trained(engine, widths, rule, density, cache, threads),
                        strict=True):
            assert np.isfinite(a).all()
            np.testing.assert_array_equal(a, b)
