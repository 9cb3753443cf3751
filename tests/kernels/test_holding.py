"""What goes in and out of the engine for a list of stages, in which order."""

import numpy as np

from fastdense import Variable
from fastdense.kernels import f32
from fastdense.kernels.holding import Held, RandomState, Statistics, Weights, holdings
from fastdense.kernels.rules import Stage


def variable(*shape, value=1.0):
    return Variable(np.full(shape, value), dtype="float32")


def test_numbers_count_weights_and_noise_apart():
    kernel, bias, gamma, mean, variance, seed = (variable(1) for _ in range(6))
    weights, others = holdings([Held(kernel, bias), Held(seed=seed),
                                Held(gamma, None, (mean, variance)), Held(seed=seed)])
    assert weights == [Weights(0, -1, kernel, bias), Weights(1, -1, gamma, None)]
    assert others == [RandomState(0, seed), Statistics(1, mean, variance), RandomState(1, seed)]
    assert weights[1].variables == [gamma]
    assert others[1].variables == [mean, variance]


def test_in_and_out():
    """Weights of columns may have any shape of as many numbers."""
    network = f32.Network([
        Stage("dense", 6, 6), Stage("dropout", 6, 6, parameters=(0.5, 0.0, 0)),
        Stage("batch_normalization", 6, 6, parameters=(1e-3, 0.9, 0.1, 0.0)),
        Stage("prelu", 6, 6, use_bias=False)])
    held = [
        Held(variable(6, 6, value=2.0), variable(6, value=3.0)),
        Held(seed=Variable(np.array([7, 8]), dtype="uint32")),
        Held(variable(6, value=4.0), variable(6, value=5.0),
             (variable(6, value=6.0), variable(6, value=7.0))),
        Held(variable(2, 3, value=8.0)),
    ]
    weights, others = holdings(held)
    for holding in (*weights, *others):
        holding.put(network)
        for v in holding.variables:
            if v.dtype == "float32":
                v.assign(np.zeros(v.shape))
    for holding in (*weights, *others):
        holding.fetch(network)
    values = [v.numpy() for holding in (*weights, *others) for v in holding.variables]
    expected = [2, 3, 4, 5, 8, None, 6, 7]
    for value, number in zip(values, expected, strict=True):
        if number is not None:
            np.testing.assert_array_equal(value, number)
    assert values[5].tolist() == [7, 8]
