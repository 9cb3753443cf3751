"""Zero-skipping changes no bit: with the lists and without them, on every level."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import factors

from fastdense import config
from fastdense.kernels.rules import LossRule, MetricRule, Stage, UpdateRule

SAME = Stage("affine", 0, 0, 1, scale=1.0, offset=0.0)


def network(engine, n_in, n_out, skip):
    """Two dense layers. Of two affine stages the gather takes only one, so that the first dense
    stage is not the first stage and never uses lists."""
    same = SAME._replace(n_in=n_in, n_out=n_in)
    hidden = Stage("dense", n_in, n_out, 1, "relu")
    stages = [hidden, Stage("dense", n_out, 3, 1, "softmax")]
    built = engine.Network(stages if skip else [same, same, *stages])
    rng = np.random.default_rng(7)
    for i, (a, b) in enumerate([(n_in, n_out), (n_out, 3)]):
        kernel = (rng.standard_normal((a, b)) / np.sqrt(a)).astype(engine.dtype)
        built.set_weights(i, kernel, rng.standard_normal(b).astype(engine.dtype))
    built.set_update(UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7}, ("velocity",)))
    return built


def train(engine, x, n_out, batch_size, skip):
    """Everything that two epochs leave behind: outputs, weights, sums."""
    n, n_in = x.shape
    net = network(engine, n_in, n_out, skip)
    plan = engine.Plan(net, batch_size, True, LossRule("sparse_categorical_crossentropy"),
                       [MetricRule("sparse_categorical_accuracy")])
    labels = (np.arange(n) % 3)[:, None]
    order = np.random.default_rng(1).permutation(n)
    totals, outputs = np.zeros(2), np.empty((n, 3), engine.dtype)
    rates = factors(-(-n // batch_size), rate=1e-3)
    for _ in range(2):
        plan.train(engine.Source(x), None, labels, None, order, 0, n, rates, totals, outputs)
    kernel, bias = np.empty((n_in, n_out), engine.dtype), np.empty(n_out, engine.dtype)
    net.get_weights(0, kernel, bias)
    predicted = np.empty((n, 3), engine.dtype)
    engine.Plan(net, n).predict(engine.Source(x), predicted, 0, n)
    return outputs, kernel, bias, totals, predicted


def sparse(rng, n, n_in, density, dtype):
    """Zeros in runs, as in pictures, and a column that is always zero."""
    kept = rng.random((n, -(-n_in // 5))) < density
    x = rng.standard_normal((n, n_in)) * np.repeat(kept, 5, axis=1)[:, :n_in]
    x[:, n_in // 2] = 0
    return x.astype(dtype)


@pytest.mark.parametrize("density", [0.0, 0.02, 0.3, 0.65, 1.0])
@pytest.mark.parametrize("n, n_in, n_out, batch_size", [
    (50, 95, 45, 16), (9, 300, 33, 4), (7, 1, 1, 7), (3, 64, 130, 1), (40, 257, 96, 13)])
def test_training_is_the_same_to_the_bit(engine, rng, density, n, n_in, n_out, batch_size):
    x = sparse(rng, n, n_in, density, engine.dtype)
    for with_lists, without in zip(train(engine, x, n_out, batch_size, True),
                                   train(engine, x, n_out, batch_size, False), strict=True):
        np.testing.assert_array_equal(with_lists, without)


@pytest.mark.parametrize("n, n_in", [(5, 2500), (2100, 60)])
def test_lists_longer_than_one_pass(engine, rng, n, n_in):
    """PASS_K = 1024 columns in the forward product, and samples in the weight gradient."""
    x = sparse(rng, n, n_in, 0.2, engine.dtype)
    for with_lists, without in zip(train(engine, x, 70, n, True), train(engine, x, 70, n, False),
                                   strict=True):
        np.testing.assert_array_equal(with_lists, without)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads(engine, rng, threads):
    x = sparse(rng, 300, 200, 0.2, engine.dtype)
    config.set_num_threads(1)
    alone = train(engine, x, 256, 128, True)
    config.set_num_threads(threads)
    for one, several in zip(alone, train(engine, x, 256, 128, True), strict=True):
        np.testing.assert_array_equal(one, several)


def test_zeros_are_skipped(engine):
    """A NaN behind a column of zeros is never read; behind one that is not, it is."""
    x = np.zeros((6, 40), engine.dtype)
    x[:, 3] = 1
    net = network(engine, 40, 128, True)
    kernel, bias = np.zeros((40, 128), engine.dtype), np.zeros(128, engine.dtype)
    kernel[7] = np.nan
    net.set_weights(0, kernel, bias)
    out = np.empty((6, 3), engine.dtype)
    engine.Plan(net, 6).predict(engine.Source(x), out, 0, 6)
    assert np.isfinite(out).all()
    x[2, 7] = 1  # row 2 needs column 7 now, and its neighbours read it with it
    engine.Plan(net, 6).predict(engine.Source(x), out, 0, 6)
    assert np.isnan(out[2]).all() and np.isfinite(out[4:]).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_in_x_is_not_a_zero(engine, value):
    x = np.zeros((6, 40), engine.dtype)
    x[4, 11] = value
    out = np.empty((6, 3), engine.dtype)
    engine.Plan(network(engine, 40, 128, True), 6).predict(engine.Source(x), out, 0, 6)
    assert np.isnan(out[4]).all()
    assert np.isfinite(out[:4]).all()
