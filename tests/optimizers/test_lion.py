"""Lion: its rule and its state. Five steps against Keras are in test_base.py."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule


def test_rule():
    assert optimizers.Lion(beta_1=0.5, beta_2=0.75).rule == UpdateRule(
        "lion", {"beta_1": 0.5, "beta_2": 0.75}, ("momentum",))


def test_two_steps_by_hand():
    optimizer, w = optimizers.Lion(0.5, 0.5, 0.75), Variable([0.0, 0.0, 0.0])
    for gradient in ([8.0, -8.0, 0.0], [-1.0, 4.0, 0.0]):
        optimizer.apply([np.array(gradient)], [w])
    # m = 2, -2, 0 after the first step: the directions of the second are +1/2, +1, 0
    assert w.numpy().tolist() == [-1.0, 0.0, 0.0]
    assert optimizer.slots_for(w)[0].numpy().tolist() == [1.25, -0.5, 0.0]


@pytest.mark.parametrize("beta_1", [0.0, -0.5, 1.5])
def test_beta_refused(beta_1):
    with pytest.raises(ValueError, match=r"Argument `beta_1` must be in the \[0, 1\] range"):
        optimizers.Lion(beta_1=beta_1)
