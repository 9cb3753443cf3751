"""What the methods of the engine refuse, and that the weights are then as they were."""

import numpy as np
import pytest
from conftest import factors

from fastdense.kernels.rules import LossRule, MetricRule, Stage, UpdateRule

SPARSE = LossRule("sparse_categorical_crossentropy")
RMSPROP = UpdateRule("rmsprop", {"rho": 0.9, "epsilon": 1e-7}, ("velocity",))
ACCURACY = (MetricRule("sparse_categorical_accuracy"),)


def test_wrong_arguments(engine, rng):
    network = engine.Network([Stage("dense", 6, 5, 1, "relu"), Stage("dense", 5, 3, 1, "softmax")])
    weights = [rng.random(shape).astype(engine.dtype) for shape in ((6, 5), (5,), (5, 3), (3,))]
    for i in (0, 1):
        network.set_weights(i, *weights[2 * i:2 * i + 2])
    x, labels = np.ones((8, 6), engine.dtype), np.zeros((8, 1), np.int64)
    source = engine.Source(x)
    plan = engine.Plan(network, 4, True, SPARSE)
    huber = engine.Plan(network, 8, False, LossRule("huber"))
    totals, rates = np.zeros(1), factors(2)
    out = np.empty((8, 3), engine.dtype)
    bad_order = np.array([0, 1, 2, 8], np.intp)
    y, narrow = np.zeros((8, 3), engine.dtype), np.zeros((8, 2), engine.dtype)
    eight = source, None, labels, None, None, 0, 8
    for match, call in {
        "batch_size": lambda: engine.Plan(network, 0),
        "a sample": lambda: plan.predict(engine.Source(x[:, :5]), out, 0, 8),
        "<= 8. Received: 0, 9": lambda: plan.predict(source, out, 0, 9),
        "<= 8. Received: -1, 7": lambda: plan.predict(source, out, -1, 7),
        "<= 8. Received: 5, 4": lambda: plan.predict(source, out, 5, 4),
        r"out of shape \(8, 3\). Received: \(3, 3": lambda: plan.predict(source, out[:3], 0, 8),
        r"out of shape \(8, 3\). Received: \(8, 2": lambda: plan.predict(source, narrow, 0, 8),
        "y or labels": lambda: plan.evaluate(source, None, None, None, 0, 8, totals),
        "targets do not fit": lambda: plan.evaluate(source, y, None, None, 0, 8, totals),
        "targets do not fit the loss": lambda: huber.evaluate(source, None, labels, None, 0, 8,
                                                              totals),
        r"labels of shape \(8, 1\). Received: \(3, 1": lambda: plan.evaluate(
            source, None, labels[:3], None, 0, 8, totals),
        r"labels of shape \(8, 1\). Received: \(8, 2": lambda: plan.evaluate(
            source, None, np.repeat(labels, 2, axis=1), None, 0, 8, totals),
        r"y of shape \(8, 3\). Received: \(3, 3": lambda: plan.evaluate(
            source, y[:3], None, None, 0, 8, totals),
        r"y of shape \(8, 3\). Received: \(8, 2": lambda: plan.evaluate(
            source, narrow, None, None, 0, 8, totals),
        "expected y or labels, one": lambda: plan.evaluate(source, y, labels, None, 0, 8, totals),
        "an order of 4": lambda: plan.train(source, None, labels, None, bad_order[:3], 0, 4, rates,
                                            totals),
        "made without": lambda: engine.Plan(network, 8).backward(y),
        "wants logits": lambda: engine.Plan(network, 8, True, SPARSE, (
            MetricRule("sparse_categorical_crossentropy", from_logits=True),)),
        "weights": lambda: plan.evaluate(source, None, labels, np.ones(3), 0, 8, totals),
        "totals": lambda: plan.evaluate(source, None, labels, None, 0, 8, np.zeros(3)),
        "factors for every step": lambda: plan.train(*eight, rates[:1], totals),
        r"shape \(2, 1\)": lambda: plan.train(*eight, np.zeros((2, 1)), totals),
        "sample 8 in the order": lambda: plan.train(source, None, labels, None, bad_order, 0, 4,
                                                    rates, totals),
        "sample -1 in the order": lambda: plan.train(source, None, labels, None, bad_order - 1, 0,
                                                     4, rates, totals),
        "at most 4": lambda: plan.gradients(*eight, totals),
        "gradients` first": lambda: plan.get_gradient(0, weights[0], weights[1]),
        r"a gradient of shape .*\(2, 2\)": lambda: plan.backward(np.ones((2, 2), engine.dtype)),
        r"a gradient of shape .*\(0, 3\)": lambda: plan.backward(np.ones((0, 3), engine.dtype)),
        "training=True": lambda: engine.Plan(network, 8, False, SPARSE).train(
            *eight, rates, totals),
        "without a loss": lambda: engine.Plan(network, 8, True).train(*eight, rates, totals),
        "compiled metrics": lambda: engine.Plan(
            network, 8, True, SPARSE, ACCURACY * 17),
        "kernel of shape": lambda: network.set_weights(0, weights[2], weights[1]),
        r"kernel of shape .* None": lambda: network.set_weights(0, None, weights[1]),
        "bias of shape .* None": lambda: network.set_weights(0, weights[0], None),
        r"bias of shape .*\(3,\)": lambda: network.set_weights(0, weights[0], weights[3]),
        "slots": lambda: network.set_update(RMSPROP._replace(slots=())),
        "one stage": lambda: engine.Network([]),
        "stage 1 .* n_in=4": lambda: engine.Network([Stage("dense", 2, 3), Stage("dense", 4, 3)]),
        "stage 1 .* rows=2": lambda: engine.Network([Stage("dense", 2, 3),
                                                     Stage("dense", 3, 3, 2)]),
    }.items():
        with pytest.raises(ValueError, match=match):
            call()
    for i in (0, 1):
        stored = [np.empty_like(w) for w in weights[2 * i:2 * i + 2]]
        network.get_weights(i, *stored)
        assert all((a == b).all() for a, b in zip(stored, weights[2 * i:], strict=False))


def test_indices_and_slots_that_do_not_exist(engine):
    network = engine.Network([Stage("dense", 6, 5, 1, "relu"), Stage("dense", 5, 3, 1, "softmax")])
    plan = engine.Plan(network, 4, True, SPARSE)
    w, b = np.ones((6, 5), engine.dtype), np.ones(5, engine.dtype)
    mean = np.ones(5, engine.dtype)
    for call in (
        lambda i: network.set_weights(i, w, b), lambda i: network.get_weights(i, w, b),
        lambda i: network.set_decay(i, True, True), lambda i: plan.get_gradient(i, w, b),
        lambda i: network.set_statistics(i, mean, mean),
        lambda i: network.get_statistics(i, mean, mean),
    ):
        for index in (-5, -1, 2, 2**40):
            with pytest.raises(IndexError, match=f"from 0 to 1. Received: {index}"):
                call(index)
    for call in (lambda: network.set_seed(0, 1, 1), lambda: network.get_draws(0)):
        with pytest.raises(IndexError, match="Received: 0"):
            call()
    for slot in (-2, 0, 1, 100):  # none of them before there is an update
        for call in (network.set_weights, network.get_weights):
            with pytest.raises(IndexError, match=f"slot of the update's state. Received: {slot}"):
                call(0, w, b, slot)
    network.set_update(RMSPROP)
    network.set_weights(0, w, b, 0)
    with pytest.raises(IndexError, match="slot"):
        network.set_weights(0, w, b, 1)


def test_steps_are_counted(engine):
    network = engine.Network([Stage("dense", 6, 5, 1, "relu"), Stage("dense", 5, 3, 1, "softmax")])
    network.set_update(RMSPROP)
    plan = engine.Plan(network, 3, True, SPARSE)
    x, labels = engine.Source(np.ones((8, 6), engine.dtype)), np.zeros((8, 1), np.int64)
    for last, steps in ((8, 3), (6, 5), (0, 5), (1, 6)):
        plan.train(x, None, labels, None, None, 0, last, factors(3), np.zeros(1))
        assert network.n_steps == steps
    plan.evaluate(x, None, labels, None, 0, 8, np.zeros(1))
    plan.gradients(x, None, labels, None, None, 0, 3, np.zeros(1))
    assert network.n_steps == 6
