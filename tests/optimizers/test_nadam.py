"""Nadam: its rule and its state. Five steps against Keras are in test_base.py."""

import numpy as np

from fastdense import Variable, optimizers, utils
from fastdense.kernels.rules import UpdateRule


def test_rule():
    assert optimizers.Nadam(beta_1=0.5, beta_2=0.75, epsilon=1e-3).rule == UpdateRule(
        "nadam", {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-3}, ("momentum", "velocity"))


def u_after(steps, beta_1):
    return np.prod([beta_1 * (1 - 0.5 * 0.96**t) for t in range(1, steps + 1)])


def test_the_product_is_the_last_variable():
    optimizer, w = optimizers.Nadam(0.5, 0.5), Variable([1.0], dtype="float64")
    utils.clear_session()
    optimizer.build([w])
    product = optimizer.variables[-1]
    assert (product.name, product.shape, product.dtype) == ("variable", (), "float64")
    for steps in range(4):
        np.testing.assert_allclose(product.value, u_after(steps, 0.5), rtol=1e-12)
        optimizer.apply([np.ones(1)], [w])


def test_the_product_counts_updates_and_not_accumulated_gradients():
    optimizer, w = optimizers.Nadam(0.5, 0.5, gradient_accumulation_steps=2), Variable([1.0])
    for _ in range(5):
        optimizer.apply([np.ones(1)], [w])
    np.testing.assert_allclose(optimizer.variables[-1].value, u_after(2, 0.5), rtol=1e-6)


def test_factors_of_a_span_are_those_of_its_steps():
    one, many = optimizers.Nadam(0.1), optimizers.Nadam(0.1)
    rows = []
    for optimizer in (one, many):
        optimizer.build([Variable([1.0])])
    for _ in range(50):
        rows.append(one.factors(1)[0])
        one.count(1)
    np.testing.assert_array_equal(np.concatenate([many.factors(50)]), rows)
    many.count(50)
    assert one.variables[-1].value == many.variables[-1].value


def test_state_is_loaded():
    w = Variable([1.0])
    source, target = optimizers.Nadam(0.1), optimizers.Nadam(0.1)
    target.build([w])
    for _ in range(3):
        source.apply([np.ones(1)], [w])
    store = {}
    source.save_own_variables(store)
    target.load_own_variables(store)
    np.testing.assert_array_equal(target.factors(2), source.factors(2))


def test_built_once():
    w = Variable([1.0])
    optimizer = optimizers.Nadam()
    optimizer.build([w])
    variables = optimizer.variables
    optimizer.build([w])
    assert [id(v) for v in optimizer.variables] == [id(v) for v in variables]
