"""Adagrad: its step by hand, its slots and its rule. Five steps against Keras: test_base.py."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule


@pytest.mark.parametrize("start", [0.1, 0.0, 2.5])
def test_steps_by_the_formula(start):
    optimizer = optimizers.Adagrad(0.1, start, 1e-3)
    variable = Variable([1.0, -2.0], dtype="float64")
    w, a = np.array([1.0, -2.0]), np.full(2, start)
    lr = float(np.float32(0.1))
    for g in (np.array([1.0, -3.0]), np.array([0.5, 2.0]), np.array([0.0, 1.0])):
        a = a + g**2
        w = w - lr * g / np.sqrt(a + 1e-3)
        optimizer.apply([g], [variable])
        np.testing.assert_allclose(variable.value, w, rtol=1e-12)
    np.testing.assert_allclose(optimizer.slots_for(variable)[0].value, a, rtol=1e-12)


def test_rule():
    assert optimizers.Adagrad(epsilon=1e-3).rule == UpdateRule(
        "adagrad", {"epsilon": 1e-3}, ("accumulator",))
