"""Weights have one owner at a time, and nothing is copied until somebody looks."""

import threading

import numpy as np
import pytest

from fastdense import layers, optimizers
from fastdense.kernels.rules import LossRule
from fastdense.training.errands import Errand
from fastdense.training.link import _KINDS_OF_PLANS, Link

MSE = LossRule("mean_squared_error")


class Counting:
    """A network of the engine that counts how often weights go in and out."""

    def __init__(self, network):
        self.network = network
        self.n_set = self.n_get = 0

    def set_weights(self, *args):
        self.n_set += 1
        return self.network.set_weights(*args)

    def get_weights(self, *args):
        self.n_get += 1
        return self.network.get_weights(*args)

    def __getattr__(self, name):
        return getattr(self.network, name)


def dense(n_in, units, **keywords):
    layer = layers.Dense(units, **keywords)
    layer.build((None, n_in))
    return layer


def linked(*stack, counting=True):
    stages, n = [], stack[0].kernel.shape[0]
    for layer in stack:
        stages += layer.stages((n,))
        n = layer.units
    link = Link(stages, stack, "float32", (stages[-1].n_out,))
    if counting:
        link.network = Counting(link.network)
    return link


def predict(link, x):
    out = np.empty((len(x), 2), "f4")
    network, link.network = link.network, getattr(link.network, "network", link.network)
    key, plan = link.borrow(len(x))
    link.network = network
    plan.predict(link.engine.Source(x), out, 0, len(x))
    link.give_back(key, plan)
    return out


X = np.arange(6.0, dtype="f4").reshape(2, 3)


def test_only_what_was_assigned_is_packed():
    stack = dense(3, 4), dense(4, 2, use_bias=False)
    link = linked(*stack)
    link.push()
    assert link.network.n_set == 2
    link.push()
    assert link.network.n_set == 2
    stack[1].kernel.assign(np.zeros((4, 2)))
    link.push()
    assert link.network.n_set == 3
    np.testing.assert_array_equal(predict(link, X), 0)


def test_every_variable_is_fetched_once():
    stack = dense(3, 4), dense(4, 2, use_bias=False)
    link = linked(*stack)
    link.push()
    link.engine_wrote()
    assert link.network.n_get == 0
    _ = stack[0].kernel.value, stack[0].bias.value, stack[1].kernel.value
    assert link.network.n_get == 2
    link.pull()
    assert link.network.n_get == 2
    link.push()  # the engine has what it gave
    assert link.network.n_set == 2


def test_an_assignment_goes_before_what_the_engine_holds():
    layer = dense(3, 2)
    link = linked(layer)
    link.push()
    link.engine_wrote()
    layer.bias.assign(np.ones(2))
    link.push()
    np.testing.assert_array_equal(layer.bias.value, 1)
    np.testing.assert_allclose(predict(link, X), X @ layer.kernel.value + 1, rtol=1e-6)


@pytest.fixture
def shared():
    """A layer and two links that have packed it."""
    layer = dense(3, 2)
    one, two = linked(layer), linked(layer)
    for link in (one, two):
        link.push()
    return layer, one, two


def test_a_shared_layer_is_packed_again_by_the_other_link(shared):
    _, one, two = shared
    one.engine_wrote()
    two.push()
    assert two.network.n_set == 2 and one.network.n_get == 1
    one.engine_wrote()
    one.engine_wrote()  # the other has to pack what was written last
    two.push()
    assert two.network.n_set == 3 and one.network.n_get == 2


def test_a_pull_leaves_alone_what_another_link_holds(shared):
    layer, one, two = shared
    for link in (one, two):
        link.engine_wrote()
    two.network.set_weights(0, np.ones((3, 2), "f4"), np.ones(2, "f4"))  # it is trained
    one.pull()
    np.testing.assert_array_equal(layer.kernel.value, 1)


def test_what_is_out_of_date_is_not_told_so_again():
    layer = dense(3, 2)
    link = linked(layer)
    link.push()
    link.engine_wrote()
    version = layer.kernel._version
    link.engine_wrote()
    assert layer.kernel._version == version
    link.pull()
    link.engine_wrote()
    assert layer.kernel._version > version and layer.kernel._fetch is not None


@pytest.mark.parametrize("optimizer", [
    optimizers.SGD(), optimizers.SGD(momentum=0.9), optimizers.RMSprop(momentum=0.5, centered=True),
    optimizers.Adagrad()])
def test_attach_lends_the_optimizers_state(optimizer):
    stack = dense(3, 4), dense(4, 2, use_bias=False)
    variables = [v for layer in stack for v in layer.weights]
    optimizer.build(variables)
    link = linked(*stack)
    link.attach(optimizer, variables)
    link.push()
    n_slots = len(optimizer.rule.slots)
    assert link.network.n_set == 2 + 2 * n_slots
    link.engine_wrote()
    lent = [v for v in optimizer.variables if v._fetch is not None]
    assert len(lent) == 3 * n_slots
    before = [v.numpy() for v in optimizer.variables]
    link.pull()
    for old, variable in zip(before, optimizer.variables, strict=True):
        np.testing.assert_array_equal(variable.value, old)
    link.attach(optimizer, variables)  # once more changes nothing
    link.push()
    assert link.network.n_set == 2 + 2 * n_slots


def test_frozen_variables_have_no_state():
    stack = dense(3, 4), dense(4, 2)
    stack[0].trainable = False
    optimizer = optimizers.RMSprop()
    optimizer.build(stack[1].weights)
    link = linked(*stack)
    link.attach(optimizer, stack[1].weights)
    link.push()
    assert link.network.n_set == 3


def test_gradients():
    layer = dense(3, 2)
    link = linked(layer, counting=False)
    link.push()
    _, plan = link.borrow(2, True, MSE)
    y = np.zeros((2, 2), "f4")
    plan.gradients(link.engine.Source(X), y, None, None, None, 0, 2, np.zeros(1))
    found = link.gradients(plan)
    d = (X @ layer.kernel.value) * 2 / 2 / 2
    np.testing.assert_allclose(found[id(layer.kernel)], X.T @ d, rtol=1e-5)
    np.testing.assert_allclose(found[id(layer.bias)], d.sum(axis=0), rtol=1e-5)


@pytest.mark.parametrize("look", ["push", "pull"])
def test_a_call_that_was_left_ends_first(look):
    """Also where no variable has been edited since."""
    link, go_on = linked(dense(3, 2), counting=False), threading.Event()
    link.push()
    link._errand = Errand(lambda errand: go_on.wait())
    link._errand.abandoned = True
    link._errand.start()
    threading.Timer(0.05, go_on.set).start()
    getattr(link, look)()
    assert link._errand.done


def test_plans_are_kept_and_never_held_twice():
    link = linked(dense(3, 2), counting=False)
    key, one = link.borrow(4)
    _, two = link.borrow(4)
    assert one is not two
    link.give_back(key, one)
    assert link.borrow(4)[1] is one
    assert link.borrow(5)[1] is not one
    other, training = link.borrow(4, True, MSE)
    link.give_back(other, training)
    assert link.borrow(4)[1] is not training


def test_no_plan_is_kept_while_a_call_that_was_left_may_use_it():
    link = linked(dense(3, 2), counting=False)
    key, plan = link.borrow(4)
    link._errand = Errand(lambda errand: None)
    link._errand.started = link._errand.abandoned = True
    link.give_back(key, plan)
    assert link.borrow(4)[1] is not plan


def test_threads_that_look_at_once():
    layer = dense(300, 200)
    link = linked(layer)
    link.push()
    for _ in range(20):
        link.engine_wrote()
        seen = []
        workers = [threading.Thread(target=lambda seen=seen: seen.append(layer.kernel.numpy()))
                   for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(10)
        assert len(seen) == 4 and all((w == seen[0]).all() for w in seen)
    assert link.network.n_get == 20


def test_statistics_and_noise_move_with_a_pass_in_training():
    """They are fetched when somebody looks; the weights are not."""
    stack = [layers.BatchNormalization(), layers.Dropout(0.5, seed=9)]
    stack[0].build((None, 3))
    link = Link([s for layer in stack for s in layer.stages((3,))], stack, "float32", (2,))
    link.push()
    key, plan = link.borrow(2, True)
    out = np.empty((2, 3), "f4")
    for count in (1, 2):
        plan.forward(link.engine.Source(X), None, 0, 2, out)
        link.forward_ran()
        assert stack[0].gamma._fetch is None and stack[0].moving_mean._fetch is not None
        assert stack[1].seed_generator.state.numpy().tolist() == [9, count]
        link.push()
    np.testing.assert_allclose(stack[0].moving_mean.numpy(), X.mean(axis=0) * 0.0199, rtol=1e-5)
    stack[1].seed_generator.state.assign([9, 0])
    first = out.copy()
    link.push()
    plan.forward(link.engine.Source(X), None, 0, 2, first)
    assert (first == layers.Dropout(0.5, seed=9)(stack[0](X, training=True), True)).all()
    link.give_back(key, plan)


def test_weights_are_what_stages_compute_with():
    frozen = dense(3, 2)
    frozen.trainable = False
    norm = layers.BatchNormalization(scale=False)
    norm.build((None, 2))
    link = Link([*frozen.stages((3,)), *norm.stages((2,))], [frozen, norm], "float32", (2,))
    assert [v.name for v in link.weights] == ["kernel", "bias", "beta"]


def test_plans_of_few_kinds_are_kept():
    link = linked(dense(3, 2), counting=False)
    for n in range(1, 3 * _KINDS_OF_PLANS):
        link.give_back(*link.borrow(n))
        assert len(link._plans) <= _KINDS_OF_PLANS
    key, plan = link.borrow(n)
    link.give_back(key, plan)
    assert link.borrow(n) == (key, plan)  # the latest is among them
