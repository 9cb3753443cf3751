"""The training step: gradients, fused against plain, and the same bits however it is run."""

from __future__ import annotations

import numpy as np
import pytest
import reference
from conftest import Engine, factors

from fastdense import config, kernels
from fastdense.kernels.rules import LossRule, MetricRule, Stage, UpdateRule

RMSPROP = UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7}, ("velocity",))
SPARSE = LossRule("sparse_categorical_crossentropy")
ACCURACY = (MetricRule("sparse_categorical_accuracy"),)


class Net:
    """A network of the engine with the arrays it was made from."""

    def __init__(self, engine, rng, sizes, activations, use_bias=True):
        self.engine = engine
        self.activations = activations
        self.weights = []
        stages = []
        for n_in, n_out, activation in zip(sizes[:-1], sizes[1:], activations, strict=True):
            stages.append(Stage("dense", n_in, n_out, 1, activation, use_bias))
            self.weights.append((rng.standard_normal((n_in, n_out)) / np.sqrt(n_in))
                                .astype(engine.dtype))
            self.weights.append(rng.standard_normal(n_out).astype(engine.dtype) / 4
                                if use_bias else None)
        self.network = engine.Network(stages)
        self.load(self.weights)

    def load(self, weights):
        for i in range(len(weights) // 2):
            self.network.set_weights(i, weights[2 * i], weights[2 * i + 1])

    def arrays(self, read):
        """Call read(i, kernel, bias) for every layer with NaN to overwrite; return the arrays."""
        found = []
        for i in range(len(self.weights) // 2):
            pair = [None if w is None else np.full_like(w, np.nan)
                    for w in self.weights[2 * i:2 * i + 2]]
            read(i, *pair)
            found += pair
        return found

    def stored(self, slot=-1):
        return self.arrays(lambda i, w, b: self.network.get_weights(i, w, b, slot))

    def oracle(self, loss, **options):
        return reference.Network(self.weights, self.activations, loss, **options)


def same(a, b):
    return all(x is y is None or (x == y).all() for x, y in zip(a, b, strict=True))


def samples(engine, rng, n, n_in, n_out):
    x = rng.standard_normal((n, n_in)).astype(engine.dtype)
    return x, rng.integers(0, n_out, (n, 1))


def train(net, x, labels, steps=6, batch=13, order=None, rule=RMSPROP, decay=0.0):
    """Train and return (weights, totals)."""
    engine = net.engine
    net.network.set_update(rule)
    plan = engine.Plan(net.network, batch, True, SPARSE, ACCURACY)
    totals = np.zeros(2)
    rates = factors(steps, rate=1e-2, decay=decay, gradient_rate=3e-3, scale=0.5)
    last = min(steps * batch, len(x))
    plan.train(engine.Source(x), None, labels, None, order, 0, last, rates, totals)
    return net.stored(), totals


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh", "softmax"])
@pytest.mark.parametrize("sizes", [(7, 5, 3), (45, 46, 47, 10), (20, 70, 33, 100, 4), (3, 1, 2)])
def test_gradients_equal_the_oracle(engine, rng, activation, sizes):
    activations = [activation] * (len(sizes) - 2) + ["softmax"]
    for m in (1, 5, 37):
        net = Net(engine, rng, sizes, activations)
        x, labels = samples(engine, rng, m, sizes[0], sizes[-1])
        plan = engine.Plan(net.network, m, True, SPARSE)
        totals = np.zeros(1)
        plan.gradients(engine.Source(x), None, labels, None, None, 0, m, totals)
        oracle = net.oracle(SPARSE.kind)
        np.testing.assert_allclose(totals[0] / m, oracle.loss(x, labels), rtol=200 * engine.eps)
        for got, expected in zip(net.arrays(plan.get_gradient), oracle.gradients(x, labels),
                                 strict=True):
            np.testing.assert_allclose(got, expected, rtol=0, atol=300 * engine.eps)


def test_gradients_by_central_differences(rng):
    """Through the engine alone: no oracle, only its own loss."""
    engine = Engine(kernels.level, 1)
    net = Net(engine, rng, (6, 5, 4, 3), ["tanh", "sigmoid", "softmax"])
    x, labels = samples(engine, rng, 9, 6, 3)
    plan = engine.Plan(net.network, 9, True, SPARSE)
    source, totals = engine.Source(x), np.zeros(1)
    plan.gradients(source, None, labels, None, None, 0, 9, totals)
    gradients = net.arrays(plan.get_gradient)

    def loss():
        totals[:] = 0
        net.load(net.weights)
        plan.evaluate(source, None, labels, None, 0, 9, totals)
        return totals[0] / 9

    h = 1e-5
    for w, gradient in zip(net.weights, gradients, strict=True):
        numeric = np.empty_like(w)
        for at in np.ndindex(*w.shape):
            keep = w[at]
            w[at] = keep + h
            above = loss()
            w[at] = keep - h
            numeric[at] = (above - loss()) / (2 * h)
            w[at] = keep
        assert np.abs(numeric - gradient).max() <= 1e-6 * max(np.abs(gradient).max(), 1e-3)


UPDATES = [
    UpdateRule("sgd", {"momentum": 0.0}, ()),
    UpdateRule("sgd", {"momentum": 0.9, "nesterov": True}, ("momentum",)),
    RMSPROP,
    UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7, "momentum": 0.5, "centered": True},
               ("velocity", "momentum", "average_gradient")),
    UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7, "centered": True},
               ("velocity", "average_gradient")),
    UpdateRule("adagrad", {"epsilon": 1e-7}, ("accumulator",)),
    UpdateRule("adam", {"beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-7}, ("momentum", "velocity")),
    UpdateRule("adam", {"beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-7, "amsgrad": True},
               ("momentum", "velocity", "velocity_hat")),
    UpdateRule("adadelta", {"rho": 0.9, "epsilon": 1e-7}, ("gradient", "delta")),
    UpdateRule("adamax", {"beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-7}, ("momentum", "norm")),
    UpdateRule("nadam", {"beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-7}, ("momentum", "velocity")),
    UpdateRule("lion", {"beta_1": 0.9, "beta_2": 0.99}, ("momentum",)),
]


@pytest.mark.parametrize("rule", UPDATES, ids=lambda rule: "-".join((rule.kind, *rule.slots)))
@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize("batch", [5, 40])  # from 8 on, tiles compute quotients of others
def test_fused_equals_plain_to_the_bit(engine, rng, rule, decay, batch):
    """Gradients into arrays and the update afterwards give what the fused step gives."""
    sizes, activations = (90, 70, 45, 10), ["relu", "tanh", "softmax"]
    net = Net(engine, rng, sizes, activations)
    n = 5 * batch // 2  # the last batch is a short one
    x, labels = samples(engine, rng, n, 90, 10)
    x[rng.random(x.shape) < 0.8] = 0  # so that the first layer skips, and the others do not
    fused, _ = train(net, x, labels, steps=3, batch=batch, rule=rule, decay=decay)
    states = [net.stored(slot) for slot in range(len(rule.slots))]

    net.load(net.weights)
    weights = [w.copy() for w in net.weights]
    slots = [[np.zeros_like(w) for _ in rule.slots] for w in weights]
    (row,) = factors(rate=1e-2, gradient_rate=3e-3, scale=0.5)
    plan = engine.Plan(net.network, batch, True, SPARSE)
    for first in range(0, n, batch):
        plan.gradients(engine.Source(x), None, labels, None, None, first, min(first + batch, n),
                       np.zeros(1))
        for w, g, state in zip(weights, net.arrays(plan.get_gradient), slots, strict=True):
            engine.decay_weights(decay, w.reshape(-1))
            engine.apply_update(rule.kind, rule.hyper, row, w.reshape(-1), g.reshape(-1),
                                [s.reshape(-1) for s in state])
        net.load(weights)
    assert same(fused, weights)
    for slot, state in enumerate(states):
        assert same(state, [s[slot] for s in slots])


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_same_bits_on_any_number_of_threads(engine, rng, threads):
    sizes, activations = (300, 290, 133, 10), ["relu", "sigmoid", "softmax"]
    net = Net(engine, rng, sizes, activations)
    x, labels = samples(engine, rng, 250, 300, 10)
    config.set_num_threads(1)
    one, totals_one = train(net, x, labels, batch=60)
    net.load(net.weights)
    config.set_num_threads(threads)
    several, totals = train(net, x, labels, batch=60)
    assert same(one, several)
    assert (totals == totals_one).all()


@pytest.mark.parametrize("dtype", [0, 1], ids=["f32", "f64"])
def test_same_bits_on_every_level_with_fma(rng, dtype):
    levels = [name for name in kernels.built_levels()
              if name != "base" and name in kernels.cpu.supported_levels()]
    if len(levels) < 2:
        pytest.skip(f"this CPU has only these levels with FMA: {levels}")
    results = []
    for level in levels:
        rng = np.random.default_rng(5)
        engine = Engine(level, dtype)
        net = Net(engine, rng, (100, 70, 33, 10), ["relu", "tanh", "softmax"])
        x, labels = samples(engine, rng, 64, 100, 10)
        results.append(train(net, x, labels))
    for weights, totals in results[1:]:
        assert same(weights, results[0][0])
        assert (totals == results[0][1]).all()


def test_order_and_batches(engine, rng):
    """A permuted order is the same as permuted data; every sample is counted once."""
    net = Net(engine, rng, (9, 12, 4), ["relu", "softmax"])
    x, labels = samples(engine, rng, 50, 9, 4)
    order = rng.permutation(50)
    by_order, totals = train(net, x, labels, steps=4, order=order.astype(np.intp))
    net.load(net.weights)
    by_copy, totals_copy = train(net, x[order].copy(), labels[order].copy(), steps=4)
    assert same(by_order, by_copy)
    assert (totals == totals_copy).all()


def test_outputs_do_not_depend_on_the_batch(engine, rng):
    net = Net(engine, rng, (70, 45, 10), ["relu", "softmax"])
    x, _ = samples(engine, rng, 40, 70, 10)
    outputs = []
    for batch in (1, 3, 16, 40, 64):
        out = np.full((40, 10), np.nan, engine.dtype)
        engine.Plan(net.network, batch).predict(engine.Source(x), out, 0, 40)
        outputs.append(out)
    for out in outputs[1:]:
        assert (out == outputs[0]).all()


def test_weights_of_samples(engine, rng):
    """A sample of weight 2 counts as two, one of weight 0 not at all."""
    net = Net(engine, rng, (5, 4, 3), ["tanh", "softmax"])
    x, labels = samples(engine, rng, 3, 5, 3)
    plan = engine.Plan(net.network, 4, True, SPARSE)

    def gradients(rows, weights, factor):
        totals = np.zeros(1)
        plan.gradients(engine.Source(x[rows].copy()), None, labels[rows].copy(), weights, None, 0,
                       len(rows), totals)
        return [g * len(rows) * factor for g in net.arrays(plan.get_gradient)], totals[0]

    weighted, total = gradients([0, 1, 2], np.array([2.0, 0.0, 1.0]), 1)
    repeated, total_repeated = gradients([0, 0, 2], None, 1)
    np.testing.assert_allclose(total, total_repeated, rtol=1e-6)
    for a, b in zip(weighted, repeated, strict=True):
        np.testing.assert_allclose(a, b, atol=50 * engine.eps)


def test_rows_of_a_sample(engine, rng):
    """A dense layer on (batch, rows, n_in) works on each row; reshape lays the rows end to end."""
    w1 = rng.standard_normal((4, 3)).astype(engine.dtype)
    w2 = rng.standard_normal((15, 2)).astype(engine.dtype)
    network = engine.Network([
        Stage("affine", 4, 4, 5, scale=2.0), Stage("dense", 4, 3, 5, "tanh", False),
        Stage("affine", 3, 3, 5, scale=0.5, offset=1.0), Stage("reshape", 3, 15, 5),
        Stage("dense", 15, 2, 1, "linear", False),
    ])
    network.set_weights(0, w1, None)
    network.set_weights(1, w2, None)
    x = rng.standard_normal((7, 20)).astype(engine.dtype)
    y = rng.standard_normal((7, 2)).astype(engine.dtype)
    plan = engine.Plan(network, 3, True, LossRule("mean_squared_error"))
    out = np.full((7, 2), np.nan, engine.dtype)
    engine.Plan(network, 3).predict(engine.Source(x), out, 0, 7)

    def forward(w1, w2):
        h = np.tanh(2 * x.astype("f8").reshape(7, 5, 4) @ w1) * 0.5 + 1
        return h.reshape(7, 15) @ w2, h

    z, _ = forward(w1.astype("f8"), w2.astype("f8"))
    np.testing.assert_allclose(out, z, atol=100 * engine.eps)
    plan.gradients(engine.Source(x), y, None, None, None, 0, 3, np.zeros(1))
    g1, g2 = np.empty_like(w1), np.empty_like(w2)
    plan.get_gradient(0, g1, None)
    plan.get_gradient(1, g2, None)
    z, h = forward(w1.astype("f8"), w2.astype("f8"))
    dz = 2 * (z - y)[:3] / 2 / 3
    np.testing.assert_allclose(g2, h[:3].reshape(3, 15).T @ dz, atol=200 * engine.eps)
    dh = (dz @ w2.T).reshape(3, 5, 3) * 0.5 * (1 - (2 * (h[:3] - 1)) ** 2)
    expected = np.einsum("bri,bro->io", 2 * x[:3].reshape(3, 5, 4).astype("f8"), dh)
    np.testing.assert_allclose(g1, expected, atol=500 * engine.eps)


def test_penalty_on_activations(engine, rng):
    """l1 sum|h| + l2 sum h^2 over the batch, divided by its size, joins loss and gradient."""
    w1, w2 = (rng.standard_normal(s).astype(engine.dtype) for s in ((4, 5), (5, 3)))
    network = engine.Network([
        Stage("dense", 4, 5, 1, "tanh", False), Stage("penalty", 5, 5, l1=0.3, l2=0.7),
        Stage("dense", 5, 3, 1, "linear", False),
    ])
    network.set_weights(0, w1, None)
    network.set_weights(1, w2, None)
    x = rng.standard_normal((6, 4)).astype(engine.dtype)
    y = rng.standard_normal((6, 3)).astype(engine.dtype)
    plan = engine.Plan(network, 6, True, LossRule("mean_squared_error"))
    totals, gradient = np.zeros(1), np.full_like(w1, np.nan)
    plan.gradients(engine.Source(x), y, None, None, None, 0, 6, totals)
    plan.get_gradient(0, gradient, None)
    h = np.tanh(x.astype("f8") @ w1)
    z = h @ w2
    expected = ((z - y) ** 2).mean() + (0.3 * np.abs(h).sum() + 0.7 * (h * h).sum()) / 6
    np.testing.assert_allclose(totals[0] / 6, expected, rtol=50 * engine.eps)
    dh = 2 * (z - y) / 18 @ w2.T + (0.3 * np.sign(h) + 1.4 * h) / 6
    np.testing.assert_allclose(gradient, x.T @ (dh * (1 - h * h)), atol=100 * engine.eps)
    totals[0] = 0
    plan.evaluate(engine.Source(x), y, None, None, 0, 6, totals)
    np.testing.assert_allclose(totals[0] / 6, expected, rtol=50 * engine.eps)


@pytest.mark.parametrize("threads", [2, 3])
def test_rows_of_their_own_with_penalties(engine, rng, threads):
    """Nobody asks for the penalties of a prediction, but every thread has room for its own."""
    network = engine.Network([Stage("dense", 4, 5), Stage("penalty", 5, 5, l1=0.3)])
    network.set_weights(0, rng.random((4, 5)).astype(engine.dtype), np.ones(5, engine.dtype))
    x = rng.standard_normal((800, 4)).astype(engine.dtype)
    outs = []
    for n in (1, threads):
        config.set_num_threads(n)
        outs.append(np.empty((800, 5), engine.dtype))
        engine.Plan(network, 400).predict(engine.Source(x), outs[-1], 0, 800)
    assert (outs[0] == outs[1]).all()


def test_frozen_layers_stay(engine, rng):
    w = [rng.standard_normal(s).astype(engine.dtype) for s in ((6, 5), (5, 4), (4, 3))]
    network = engine.Network([
        Stage("dense", 6, 5, 1, "tanh", False, trainable=False),
        Stage("dense", 5, 4, 1, "tanh", False),
        Stage("dense", 4, 3, 1, "softmax", False, trainable=False),
    ])
    for i, kernel in enumerate(w):
        network.set_weights(i, kernel, None)
    network.set_update(RMSPROP)
    x, labels = samples(engine, rng, 8, 6, 3)
    plan = engine.Plan(network, 8, True, SPARSE)
    plan.train(engine.Source(x), None, labels, None, None, 0, 8, factors(rate=0.01), np.zeros(1))
    after = [np.empty_like(kernel) for kernel in w]
    for i, kernel in enumerate(after):
        network.get_weights(i, kernel, None)
    assert (after[0] == w[0]).all()
    assert (after[1] != w[1]).all()
    assert (after[2] == w[2]).all()


def test_backward_from_a_gradient_made_elsewhere(engine, rng):
    net = Net(engine, rng, (6, 5, 3), ["relu", "sigmoid"])
    x = rng.standard_normal((7, 6)).astype(engine.dtype)
    y = rng.random((7, 3)).astype(engine.dtype)
    loss = LossRule("mean_squared_error")
    inside = engine.Plan(net.network, 7, True, loss)
    inside.gradients(engine.Source(x), y, None, None, None, 0, 7, np.zeros(1))
    outside = engine.Plan(net.network, 7, True)
    out = np.empty((7, 3), engine.dtype)
    outside.forward(engine.Source(x), None, 0, 7, out)
    outside.backward((2 * (out - y) / 3 / 7).astype(engine.dtype))
    for a, b in zip(net.arrays(inside.get_gradient), net.arrays(outside.get_gradient), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=10 * engine.eps)


def test_subnormals_are_back_after_a_span(engine, rng):
    net = Net(engine, rng, (6, 5, 3), ["relu", "softmax"])
    x, labels = samples(engine, rng, 40, 6, 3)
    train(net, x, labels)
    tiny = np.finfo(engine.dtype).smallest_subnormal
    assert tiny * engine.dtype(1) != 0


def test_sizes_that_cannot_be_allocated(engine):
    with pytest.raises(MemoryError, match="smaller"):
        engine.Network([Stage("dense", 2**40, 2**40)])
    network = engine.Network([Stage("dense", 3, 3)])
    with pytest.raises(MemoryError, match="smaller"):
        engine.Plan(network, 2**61)
    with pytest.raises(MemoryError, match="could not allocate"):
        engine.Memory(2**57)
