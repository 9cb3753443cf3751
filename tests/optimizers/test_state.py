"""The learning rate, the counter and the variables of an optimizer."""

import copy
import pickle

import numpy as np
import pytest

from fastdense import Variable, optimizers
from fastdense.optimizers.schedules import ExponentialDecay

HALF = ExponentialDecay(1.0, decay_steps=1, decay_rate=0.5)


def test_learning_rate_is_a_variable():
    optimizer = optimizers.SGD(0.25)
    assert isinstance(optimizer.learning_rate, Variable)
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.learning_rate.dtype == "float32" and not optimizer.learning_rate.trainable
    assert [v.path for v in optimizer.variables] == [
        f"{optimizer.name}/iteration", f"{optimizer.name}/learning_rate"]


@pytest.mark.parametrize("value", [0.5, 2, np.float32(0.5), np.array(0.5)])
def test_set_learning_rate(value):
    optimizer, w = optimizers.SGD(0.25), Variable([1.0])
    variable = optimizer.learning_rate
    optimizer.learning_rate = value
    assert optimizer.learning_rate is variable and float(variable) == value
    optimizer.apply([np.ones(1)], [w])
    assert w.numpy() == [1.0 - value]


@pytest.mark.parametrize("value", [1, np.float32(1.0)])
def test_numbers_are_learning_rates(value):
    assert float(optimizers.SGD(value).learning_rate) == 1.0


def test_schedule():
    optimizer, w = optimizers.SGD(HALF), Variable([8.0])
    assert [v.name for v in optimizer.variables] == ["iteration"]
    seen = []
    for _ in range(3):
        seen.append((float(optimizer.learning_rate), float(w.numpy()[0])))
        optimizer.apply([np.ones(1)], [w])
    assert seen == [(1.0, 8.0), (0.5, 7.0), (0.25, 6.5)]


def test_callable():
    rates = iter([1.0, 0.5])
    optimizer, w = optimizers.SGD(lambda: next(rates)), Variable([8.0])
    for _ in range(2):
        optimizer.apply([np.ones(1)], [w])
    assert w.numpy() == [6.5]


@pytest.mark.parametrize("rate", [HALF, lambda: 0.1])
def test_a_scheduled_rate_is_not_settable(rate):
    optimizer = optimizers.SGD(rate)
    with pytest.raises(TypeError, match="created with a `LearningRateSchedule` object"):
        optimizer.learning_rate = 0.5
    optimizer.learning_rate = HALF
    assert float(optimizer.learning_rate) == 1.0


def test_a_schedule_takes_over_from_a_number():
    optimizer = optimizers.SGD(0.25)
    optimizer.learning_rate = HALF
    assert [v.name for v in optimizer.variables] == ["iteration"]
    assert float(optimizer.learning_rate) == 1.0


@pytest.mark.parametrize(("rate", "expected"), [
    (0.25, [0.25, 0.25, 0.25]), (HALF, [0.25, 0.125, 0.0625]), (lambda: 0.5, [0.5, 0.5, 0.5]),
])
def test_learning_rates_of_the_next_steps(rate, expected):
    optimizer, w = optimizers.SGD(rate), Variable([1.0])
    for _ in range(2):
        optimizer.apply([np.ones(1)], [w])
    rates = np.broadcast_to(optimizer.learning_rates(3), 3)  # a constant comes as one number
    assert rates.dtype == "float64" and rates.tolist() == expected
    assert np.broadcast_to(optimizer.learning_rates(0), 0).shape == (0,)


def test_names_and_paths_of_the_state():
    kernel = Variable(np.zeros((2, 3)), name="kernel")
    kernel.path = "sequential/dense/kernel"
    optimizer = optimizers.RMSprop(momentum=0.9, name="r")
    optimizer.build([kernel, Variable(np.zeros(3), name="bias")])
    assert [v.path for v in optimizer.variables] == [
        "r/iteration", "r/learning_rate",
        "r/sequential_dense_kernel_velocity", "r/bias_velocity",
        "r/sequential_dense_kernel_momentum", "r/bias_momentum"]


def test_building_twice_does_nothing():
    optimizer, w = optimizers.RMSprop(), Variable([1.0])
    optimizer.build([w])
    before = optimizer.variables
    optimizer.build([w, Variable([2.0])])
    assert optimizer.variables == before and optimizer.built


def trained():
    optimizer, w = optimizers.RMSprop(0.5, momentum=0.9), Variable([1.0, 2.0])
    for _ in range(3):
        optimizer.apply([np.array([1.0, -2.0])], [w])
    return optimizer


def test_set_weights():
    source, target = trained(), optimizers.RMSprop(0.1, momentum=0.9)
    with pytest.raises(ValueError, match="You are calling `set_weights"):
        target.set_weights(source.variables)
    target.build([Variable([1.0, 2.0])])
    target.set_weights(source.variables)
    for one, two in zip(source.variables, target.variables, strict=True):
        np.testing.assert_array_equal(one.value, two.value)
    with pytest.raises(ValueError, match=r"expected 4 arrays\. Received: 1"):
        target.set_weights([np.zeros(2)])
    with pytest.raises(ValueError, match=r"has shape \(2,\) not compatible.*\(3,\)"):
        target.set_weights([3, 0.5, np.zeros(3), np.zeros(2)])


def test_save_and_load():
    source, store = trained(), {}
    source.save_own_variables(store)
    assert sorted(store) == ["0", "1", "2", "3"]
    target = optimizers.RMSprop(0.1, momentum=0.9)
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        target.load_own_variables(store)
    assert float(target.learning_rate) == np.float32(0.1)
    target.build([Variable([1.0, 2.0])])
    target.load_own_variables(store)
    for one, two in zip(source.variables, target.variables, strict=True):
        np.testing.assert_array_equal(one.value, two.value)
    assert int(target.iterations) == 3


def test_names_and_initializers_of_different_number():
    optimizer = optimizers.SGD()
    with pytest.raises(ValueError, match="must match the number of provided initializers"):
        optimizer.add_optimizer_variables([Variable([1.0])], ["a", "b"], ["zeros"])


def test_variables_that_do_not_all_fit_change_none():
    optimizer = optimizers.SGD(momentum=0.9)
    optimizer.build([Variable(np.zeros(3, "f4"), name="w")])
    before = [v.numpy().copy() for v in optimizer.variables]
    store = {str(i): v + 1 for i, v in enumerate(before)}
    store[str(len(before) - 1)] = np.ones(2, "f4")
    with pytest.raises(ValueError, match="shape"):
        optimizer.load_own_variables(store)
    assert all((a == v.numpy()).all() for a, v in zip(before, optimizer.variables, strict=True))


def test_values_before_a_step_are_not_kept_in_copies():
    w = Variable(np.ones(10_000, "f4"), name="w")
    w.constraint = np.abs  # a step that could fail halfway
    optimizer = optimizers.SGD()
    optimizer.build([w])
    before = len(pickle.dumps(optimizer))
    optimizer.apply([np.ones(10_000)])
    assert len(pickle.dumps(optimizer)) < before + 1000
    again = copy.deepcopy(optimizer)
    again.apply([np.ones(10_000)], again._trainable_variables)
    assert int(again.iterations) == 2
