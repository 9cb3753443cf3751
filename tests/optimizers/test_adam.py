"""Adam: its step by hand, its slots and its rule. Five steps against Keras are in test_base.py."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule

HYPER = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": 0.0}
GRADIENTS = [np.array([1.0, -3.0]), np.array([0.5, 2.0]), np.array([0.0, 1.0])]


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("epsilon", [1e-7, 0.5])
def test_steps_by_the_formula(amsgrad, epsilon):
    optimizer = optimizers.Adam(0.1, 0.8, 0.5, epsilon, amsgrad)
    variable = Variable([1.0, -2.0], dtype="float64")
    w, m, v, largest = np.array([1.0, -2.0]), 0.0, 0.0, 0.0
    lr = float(np.float32(0.1))
    for t, g in enumerate(GRADIENTS, 1):
        m = 0.8 * m + 0.2 * g
        v = 0.5 * v + 0.5 * g**2
        largest = np.maximum(largest, v) if amsgrad else v
        # the paper's bias correction, with epsilon moved as at the end of its section 2
        w = w - lr * np.sqrt(1 - 0.5**t) / (1 - 0.8**t) * m / (np.sqrt(largest) + epsilon)
        optimizer.apply([g], [variable])
        np.testing.assert_allclose(variable.value, w, rtol=1e-12)
    expected = [m, v, largest] if amsgrad else [m, v]
    for slot, value in zip(optimizer.slots_for(variable), expected, strict=True):
        np.testing.assert_allclose(slot.value, value, rtol=1e-12)


@pytest.mark.parametrize(("options", "hyper", "slots"), [
    ({}, {}, ("momentum", "velocity")),
    ({"amsgrad": True, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-3},
     {"amsgrad": 1.0, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-3},
     ("momentum", "velocity", "velocity_hat")),
])
def test_rule(options, hyper, slots):
    assert optimizers.Adam(**options).rule == UpdateRule("adam", {**HYPER, **hyper}, slots)


def test_state_is_made_in_the_order_of_keras():
    optimizer = optimizers.Adam(amsgrad=True, name="a")
    optimizer.build([Variable(np.zeros((2, 3)), name="kernel"), Variable(np.zeros(3), name="bias")])
    assert [v.name for v in optimizer.variables[2:]] == [
        "kernel_momentum", "kernel_velocity", "bias_momentum", "bias_velocity",
        "kernel_velocity_hat", "bias_velocity_hat"]


def test_no_gradient_is_no_step():
    w = Variable([1.0, 2.0])
    optimizer = optimizers.Adam(0.5)
    for _ in range(3):
        optimizer.apply([np.zeros(2)], [w])
    assert w.numpy().tolist() == [1.0, 2.0]
