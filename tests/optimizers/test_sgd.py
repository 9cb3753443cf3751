"""SGD: its step by hand, its slots and its rule. Five steps against Keras are in test_base.py."""

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.kernels.rules import UpdateRule


@pytest.mark.parametrize(("options", "expected"), [
    ({}, [8.0, 7.0, 6.0]), ({"momentum": 0.5}, [8.0, 7.0, 5.5]),
    ({"momentum": 0.5, "nesterov": True}, [8.0, 6.5, 4.75]),
    ({"momentum": 0.0, "nesterov": True}, [8.0, 7.0, 6.0]), ({"momentum": 1}, [8.0, 7.0, 5.0]),
])
def test_two_steps(options, expected):
    optimizer, w = optimizers.SGD(0.5, **options), Variable([8.0])
    seen = [w.numpy()[0]]
    for _ in range(2):
        optimizer.apply([np.array([2.0])], [w])
        seen.append(w.numpy()[0])
    assert seen == expected


@pytest.mark.parametrize(("options", "rule"), [
    ({}, UpdateRule("sgd", {"momentum": 0.0, "nesterov": 0.0}, ())),
    ({"momentum": 0.9, "nesterov": True},
     UpdateRule("sgd", {"momentum": 0.9, "nesterov": 1.0}, ("momentum",))),
])
def test_rule(options, rule):
    assert optimizers.SGD(**options).rule == rule


def test_state():
    optimizer = optimizers.SGD()
    optimizer.build([Variable([1.0])])
    assert len(optimizer.variables) == 2
    optimizer = optimizers.SGD(momentum=0.9)
    optimizer.build([Variable([1.0])])
    assert len(optimizer.variables) == 3


@pytest.mark.parametrize("momentum", [-1.0, 2.0, "0.9", None])
def test_momentum_refused(momentum):
    with pytest.raises(ValueError, match=r"`momentum` must be a float between \[0, 1\]"):
        optimizers.SGD(momentum=momentum)
