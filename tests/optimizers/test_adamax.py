"""Adamax: its rule and its state. Five steps against Keras are in test_base.py."""

import numpy as np

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule


def test_rule():
    assert optimizers.Adamax(beta_1=0.5, beta_2=0.75, epsilon=1e-3).rule == UpdateRule(
        "adamax", {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-3}, ("momentum", "norm"))


def test_two_steps_by_hand():
    optimizer, w = optimizers.Adamax(0.5, 0.5, 0.75, 0.0), Variable([1.0])
    for gradient in (-8.0, 2.0):
        optimizer.apply([np.array([gradient])], [w])
    # m = -4, u = 8: w = 1 + .5; then m = -1, u = 6: w += .5 / .75 / 6
    np.testing.assert_allclose(w.value, [1.5 + 1 / 9], rtol=1e-6)
    assert [slot.numpy().tolist() for slot in optimizer.slots_for(w)] == [[-1.0], [6.0]]
