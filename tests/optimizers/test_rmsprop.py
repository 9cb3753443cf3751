"""RMSprop: its step by hand, its slots and its rule. Five steps against Keras: test_base.py."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule

HYPER = {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": 0.0}


@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("centered", [False, True])
def test_steps_by_the_formula(momentum, centered):
    optimizer = optimizers.RMSprop(0.1, 0.8, momentum, 1e-3, centered)
    variable = Variable([1.0, -2.0], dtype="float64")
    w, v, a, m = np.array([1.0, -2.0]), 0.0, 0.0, 0.0
    lr = float(np.float32(0.1))
    for g in (np.array([1.0, -3.0]), np.array([0.5, 2.0]), np.array([0.0, 1.0])):
        v = 0.8 * v + 0.2 * g**2
        a = 0.8 * a + 0.2 * g
        step = lr * g / np.sqrt(v - centered * a**2 + 1e-3)
        m = momentum * m + step
        w = w - m
        optimizer.apply([g], [variable])
        np.testing.assert_allclose(variable.value, w, rtol=1e-12)


@pytest.mark.parametrize(("options", "hyper", "slots"), [
    ({}, {}, ("velocity",)),
    ({"momentum": 0.9, "rho": 0.5}, {"momentum": 0.9, "rho": 0.5}, ("velocity", "momentum")),
    ({"centered": True}, {"centered": 1.0}, ("velocity", "average_gradient")),
    ({"centered": True, "momentum": 1, "epsilon": 1e-3},
     {"centered": 1.0, "momentum": 1.0, "epsilon": 1e-3},
     ("velocity", "momentum", "average_gradient")),
])
def test_rule(options, hyper, slots):
    assert optimizers.RMSprop(**options).rule == UpdateRule("rmsprop", {**HYPER, **hyper}, slots)


def test_momentum_refused():
    with pytest.raises(ValueError, match="`momentum` must be zero or more"):
        optimizers.RMSprop(momentum=-0.1)
