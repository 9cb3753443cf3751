"""AdamW: Adam after a decay of the weights."""

import numpy as np
import pytest

from fastdense import Variable, optimizers


def test_decay_goes_before_the_step_of_adam():
    w, decayed = Variable([2.0, -4.0]), Variable([1.5, -3.0])
    gradient = np.array([3.0, 5.0])
    optimizers.AdamW(0.5, weight_decay=0.5).apply([gradient], [w])
    optimizers.Adam(0.5).apply([gradient], [decayed])
    np.testing.assert_array_equal(w.value, decayed.value)


def test_rule_is_that_of_adam():
    assert optimizers.AdamW().rule == optimizers.Adam().rule
    assert optimizers.AdamW().weight_decay == 0.004


def test_weight_decay_is_needed():
    with pytest.raises(ValueError, match="`weight_decay` must be a float"):
        optimizers.AdamW(weight_decay=None)
