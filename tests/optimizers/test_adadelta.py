"""Adadelta: its rule and its state. Five steps against Keras are in test_base.py."""

import numpy as np

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule


def test_rule():
    assert optimizers.Adadelta(rho=0.5, epsilon=1e-3).rule == UpdateRule(
        "adadelta", {"rho": 0.5, "epsilon": 1e-3}, ("accumulated_grad", "accumulated_delta_var"))


def test_first_step_by_hand():
    optimizer, w = optimizers.Adadelta(1.0, rho=0.75, epsilon=0.25), Variable([1.0, 1.0])
    optimizer.apply([np.array([2.0, 0.0])], [w])
    # a = 4 / 4, d = 2 sqrt(1/4) / sqrt(1 + 1/4)
    d = 1 / np.sqrt(1.25)
    np.testing.assert_allclose(w.value, [1 - d, 1], rtol=1e-6)
    gradients, moves = optimizer.slots_for(w)
    np.testing.assert_allclose(gradients.value, [1, 0])
    np.testing.assert_allclose(moves.value, [0.25 * d * d, 0], rtol=1e-6)
