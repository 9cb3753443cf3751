"""Whatever threads share, samples or panels: the same bits, in every mode of a plan."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import factors

from fastdense import config
from fastdense.kernels.rules import LossRule, MetricRule, Stage, UpdateRule

LOSS, ACCURACY = LossRule("sparse_categorical_crossentropy"), [
    MetricRule("sparse_categorical_accuracy")]
N, BATCH = 330, 100  # the last batch has 30

# Few weights a sample: every thread takes samples of its own. The last one has too many.
NETS = {
    "narrow": [Stage("dense", 20, 45, 1, "relu"), Stage("dense", 45, 46, 1, "tanh"),
               Stage("dense", 46, 10, 1, "softmax")],
    "zeros": [Stage("dense", 20, 210, 1, "relu"), Stage("dense", 210, 10, 1, "softmax")],
    "rows": [Stage("dense", 5, 70, 4, "sigmoid"), Stage("penalty", 70, 70, 4, l1=0.1, l2=0.2),
             Stage("dropout", 70, 70, 4, parameters=(0.4, 0.0, 0)),
             Stage("reshape", 70, 280, 4), Stage("dense", 280, 10, 1, "softmax")],
    "frozen": [Stage("dense", 20, 64, 1, "relu", trainable=False),
               Stage("dense", 64, 200, 1, "relu"), Stage("dense", 200, 33, 1, "relu"),
               Stage("dense", 33, 10, 1, "softmax", trainable=False)],
    "wide": [Stage("dense", 20, 270, 1, "relu"), Stage("dense", 270, 250, 1, "relu"),
             Stage("dense", 250, 10, 1, "softmax")],
}


class Net:
    def __init__(self, engine, stages, n=N, batch=BATCH):
        rng = np.random.default_rng(4)
        self.engine = engine
        self.network = engine.Network(stages)
        self.shapes = [(s.n_in, s.n_out) for s in stages if s.kind == "dense"]
        for i, (n_in, n_out) in enumerate(self.shapes):
            w = (rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)).astype(engine.dtype)
            self.network.set_weights(i, w, rng.standard_normal(n_out).astype(engine.dtype))
        self.network.set_update(UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7}, ("velocity",)))
        x = rng.standard_normal((n, 20)) * (rng.random((n, 20)) < 0.4)
        self.x, self.labels = engine.Source(x.astype(engine.dtype)), rng.integers(0, 10, (n, 1))
        self.order = rng.permutation(n)
        self.plan = engine.Plan(self.network, batch, True, LOSS, ACCURACY)

    def arrays(self, read, *more):
        found = []
        for i, shape in enumerate(self.shapes):
            w, b = np.zeros(shape, self.engine.dtype), np.zeros(shape[1], self.engine.dtype)
            read(i, w, b, *more)
            found += [w, b]
        return found

    def outputs(self, n):
        return np.full((n, 10), np.nan, self.engine.dtype)


def train(net):
    n = net.x.n_samples
    totals, out = np.zeros(2), net.outputs(n)
    for _ in range(2):
        net.plan.train(net.x, None, net.labels, None, net.order, 0, n, factors(4, rate=1e-3),
                       totals, out)
    return [totals, out, *net.arrays(net.network.get_weights, -1),
            *net.arrays(net.network.get_weights, 0)]


def gradients(net):
    totals, out = np.zeros(2), net.outputs(90)
    net.plan.gradients(net.x, None, net.labels, None, net.order, 40, 130, totals, out)
    return [totals, out, *net.arrays(net.plan.get_gradient)]


def by_hand(net):
    """The gradient of the output comes from elsewhere."""
    totals, out = np.zeros(1), net.outputs(90)
    net.plan.forward(net.x, net.order, 40, 130, out, totals)
    net.plan.backward(out - net.engine.dtype(0.1))
    return [totals, out, *net.arrays(net.plan.get_gradient)]


def evaluate(net):
    totals, out = np.zeros(2), net.outputs(N)
    plan = net.engine.Plan(net.network, BATCH, False, LOSS, ACCURACY)
    plan.evaluate(net.x, None, net.labels, None, 0, N, totals, out)
    return [totals, out]


def predict(net):
    totals, outs = np.zeros(1), [net.outputs(N), net.outputs(N)]
    plan = net.engine.Plan(net.network, BATCH)
    plan.predict(net.x, outs[0], 0, N)
    plan.predict(net.x, outs[1], 0, N, totals)
    return [totals, *outs]


@pytest.mark.parametrize("threads", [2, 3, 7])
@pytest.mark.parametrize("work", [train, gradients, by_hand, evaluate, predict])
@pytest.mark.parametrize("stages", NETS.values(), ids=NETS)
def test_same_bits_on_any_number_of_threads(engine, stages, work, threads):
    assert_same_bits(lambda: work(Net(engine, stages)), threads)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_threads_help_in_one_product_after_the_other(engine, threads):
    """Samples of their own, and weight gradients large enough to help with: no meeting between two.
    """
    stages = [Stage("dense", 20, 130, 1, "relu"), Stage("dense", 130, 130, 1, "relu"),
              Stage("dense", 130, 120, 1, "tanh"), Stage("dense", 120, 10, 1, "softmax")]
    assert_same_bits(lambda: train(Net(engine, stages, n=1000, batch=600)), threads)


def assert_same_bits(work, threads):
    config.set_num_threads(1)
    one = work()
    config.set_num_threads(threads)
    for a, b in zip(one, work(), strict=True):
        assert np.isfinite(a).all()
        np.testing.assert_array_equal(a, b)
