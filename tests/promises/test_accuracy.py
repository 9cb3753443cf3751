"""Products are as exact as their length allows: residuals over random shapes, at every level.

The error of a sum of K products, in whatever order, is at most ``K u sum |a||b|`` to first order,
u = eps / 2 (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1). BLIS and
HPL divide by it and call the quotient the normalised residual; 1 is what any order keeps. Rounding
errors of a sum that is not made to hurt grow as the root of K (Higham and Mary, SIAM J. Sci.
Comput. 41, 2019: with probability 1 - 2 exp(-lambda^2 / 2) within lambda sqrt(K) u), and eps is
twice u, so that we ask for more: ``max |c - exact| / (sqrt(K) eps |a||b|) <= 1``.
"""

import math
from fractions import Fraction

import numpy as np
import pytest

from fastdense.kernels.rules import LossRule, Stage

LONGEST = 100_000  # K
ENTRIES = 3e6  # of the largest operand: what keeps a shape within a second


def shape(rng, longest):
    """(rows, k, n), each from 1 up, even in the logarithm, and not too large together."""
    k = int(math.exp(rng.uniform(0, math.log(longest))))
    most = max(2.0, min(2000.0, ENTRIES / k))
    rows, n = (int(math.exp(rng.uniform(0, math.log(most)))) for _ in range(2))
    return rows, k, n


def residual(found, exact, scale, k, eps):
    """The largest error in units of sqrt(k) eps |a||b|."""
    error = np.abs(np.asarray(found, "f8") - exact)
    return float((error / (math.sqrt(k) * eps * np.maximum(scale, 1e-300))).max())


def operands(rng, engine, *shape):
    return rng.normal(size=shape).astype(engine.dtype)


def exactly(a, b):
    """a @ b, where longer numbers than float64 are needed for it: in long double."""
    wide = np.longdouble if a.dtype == np.float64 else np.float64
    return (a.astype(wide) @ b.astype(wide)).astype(np.float64)


def forward(engine, rng, longest):
    rows, k, n = shape(rng, longest)
    x, w = operands(rng, engine, rows, k), operands(rng, engine, k, n)
    out = np.empty((rows, n), engine.dtype)
    engine.dense(x, w, None, "linear", out)
    scale = np.abs(x).astype("f8") @ np.abs(w).astype("f8")
    return residual(out, exactly(x, w), scale, k, engine.eps)


def gradients(engine, rng, longest):
    """The weight gradient x.T @ dz, summed over the batch, and the data gradient dz @ w.T in it."""
    batch, n_in, n_out = shape(rng, longest)
    batch, n_in = n_in, min(batch, 300)  # the long sum is that over the batch, then over n_out
    n_out = min(n_out, 300)
    x, d = operands(rng, engine, batch, n_in), operands(rng, engine, batch, n_out)
    first, second = operands(rng, engine, n_in, n_in), operands(rng, engine, n_in, n_out)
    network = engine.Network([Stage("dense", n_in, n_in), Stage("dense", n_in, n_out)])
    network.set_weights(0, first, np.zeros(n_in, engine.dtype))
    network.set_weights(1, second, np.zeros(n_out, engine.dtype))
    plan = engine.Plan(network, batch, True, LossRule("mean_squared_error"))
    out = np.empty((batch, n_out), engine.dtype)
    order = np.arange(batch, dtype=np.intp)
    plan.forward(engine.Source(x), order, 0, batch, out)
    plan.backward(d)
    h = np.empty((batch, n_in), engine.dtype)
    engine.dense(x, first, None, "linear", h)
    worst = 0.0
    found = np.empty_like(second), np.empty(n_out, engine.dtype)
    plan.get_gradient(1, *found)
    for got, a in zip(found, (h, np.ones((batch, 1), engine.dtype)), strict=True):
        scale = np.abs(a.T).astype("f8") @ np.abs(d).astype("f8")
        exact = exactly(a.T, d)
        worst = max(worst, residual(got.reshape(exact.shape), exact, scale, batch, engine.eps))
    # Of dz @ w.T only what comes of it is seen, x.T @ (dz @ w.T): two sums, one in the other.
    found = np.empty_like(first), np.empty(n_in, engine.dtype)
    plan.get_gradient(0, *found)
    inner = exactly(d, second.T)
    exact = x.T.astype("f8") @ inner
    scale = np.abs(x.T).astype("f8") @ (np.abs(d).astype("f8") @ np.abs(second.T).astype("f8"))
    both = (math.sqrt(batch) + math.sqrt(n_out)) ** 2
    return max(worst, residual(found[0], exact, scale, both, engine.eps))


@pytest.mark.parametrize("kind", [forward, gradients])
def test_residuals(engine, kind, rng, count, figure):
    quick = 300 if engine.dtype == np.float64 else 3000
    longest = count(quick, 10_000 if engine.dtype == np.float64 else LONGEST)
    worst = [kind(engine, rng, longest) for _ in range(count(4, 200))]
    assert max(worst) <= 1
    figure(f"accuracy: {kind.__name__} {engine.level} {engine.dtype.__name__}",
           f"{len(worst)} shapes, residual at most {max(worst):.2f}")


def test_longest_sum(engine, rng, count):
    """K at its largest, whatever the draw was."""
    k = count(3000, LONGEST)
    x, w = operands(rng, engine, 3, k), operands(rng, engine, k, 17)
    out = np.empty((3, 17), engine.dtype)
    engine.dense(x, w, None, "linear", out)
    scale = np.abs(x).astype("f8") @ np.abs(w).astype("f8")
    assert residual(out, exactly(x, w), scale, k, engine.eps) <= 1


def test_against_fractions(engine, rng):
    """The yardstick itself: exact rational numbers for one small product."""
    x, w = operands(rng, engine, 2, 50), operands(rng, engine, 50, 3)
    out = np.empty((2, 3), engine.dtype)
    engine.dense(x, w, None, "linear", out)
    for i, j in np.ndindex(2, 3):
        pairs = zip(x[i].tolist(), w[:, j].tolist(), strict=True)
        terms = [Fraction(a) * Fraction(b) for a, b in pairs]
        error = abs(Fraction(float(out[i, j])) - sum(terms))
        assert error <= Fraction(math.sqrt(50) * float(engine.eps)) * sum(map(abs, terms))
