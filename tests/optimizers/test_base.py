"""One step of any optimizer: its order, its options, and what is said about mistakes."""

import copy
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from fastdense import Variable, constraints, optimizers
from fastdense.utils import clear_session

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/optimizers.json").read_text())
ALL = [optimizers.SGD, optimizers.RMSprop, optimizers.Adagrad, optimizers.Adadelta,
       optimizers.Adam, optimizers.AdamW, optimizers.Adamax, optimizers.Nadam, optimizers.Lion]


def variables(dtype="float32"):
    return [Variable(np.array(w), dtype=dtype, name=n)
            for w, n in zip(GOLDEN["weights"], ("kernel", "bias"), strict=True)]


@pytest.mark.parametrize("case", GOLDEN["runs"],
                         ids=lambda c: f"{c['name']}{c['options']}-{c['dtype']}")
def test_five_steps_of_keras(case):
    clear_session()
    optimizer = getattr(optimizers, case["name"])(**case["options"])
    weights = variables(case["dtype"])
    for gradients in GOLDEN["gradients"]:
        optimizer.apply([np.array(g) for g in gradients], weights)
    # Keras rounds hyper-parameters to float32, also for variables of float64.
    exact = 1e-6 if case["dtype"] == "float32" else 1e-7
    tolerance = {"rtol": exact, "atol": exact + unsure(optimizer, case["dtype"])}
    for variable, expected in zip(weights, case["weights"], strict=True):
        np.testing.assert_allclose(variable.value, expected, **tolerance)
    names = [v.name for v in optimizer.variables]
    assert names == case["variable_names"]
    for variable, expected in zip(optimizer.variables, case["variables"], strict=True):
        np.testing.assert_allclose(variable.value, expected, **tolerance)


def unsure(optimizer, dtype):
    """How far Keras's steps may be off because it rounds beta, and in float32 beta ** t.

    1 - beta ** t is at least 1 - beta, so that this is an error of eps / (1 - beta) relative to a
    step of about the learning rate, five times. We compute it in float64.
    """
    beta = max(getattr(optimizer, "beta_1", 0.0), getattr(optimizer, "beta_2", 0.0))
    if dtype == "float64" and float(np.float32(beta)) == beta:
        return 0.0
    return 5 * float(optimizer.learning_rate) * np.finfo("f4").eps * (beta / (1 - beta))


@pytest.mark.parametrize("kind", ALL)
def test_config_of_keras(kind):
    name = kind.__name__
    assert kind(name=name.lower()).get_config() == GOLDEN["configs"][name]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_the_variables_is_kept(kind, dtype):
    w = Variable([1.0, 2.0], dtype=dtype)
    optimizer = kind(0.25)
    optimizer.apply([[0.5, -0.5]], [w])
    assert w.dtype == dtype
    assert {slot.dtype for slot in optimizer.slots_for(w)} <= {dtype}


@pytest.mark.parametrize("kind", ALL)
def test_scalar_variables(kind):
    w = Variable(2.0)
    kind(0.5).apply([np.float32(1.0)], [w])
    assert w.shape == () and float(w) < 2.0


@pytest.mark.parametrize("kind", ALL)
def test_gradient_is_not_changed(kind):
    gradient = np.array([3.0, -4.0], "float32")
    gradient.flags.writeable = False
    kind(clipnorm=1.0, weight_decay=0.1).apply([gradient], [Variable([1.0, 2.0])])
    np.testing.assert_array_equal(gradient, [3.0, -4.0])


def test_order_of_one_step():
    # scaled 8/4 = 2, clipped 1, decayed 10 - 10*.5*.1 = 9.5, updated 9.4, constrained 4
    class AtMostFour(constraints.Constraint):
        def __call__(self, w):
            assert w == pytest.approx(9.4)
            return np.minimum(w, 4)

    w = Variable([10.0])
    w.constraint = AtMostFour()
    optimizer = optimizers.SGD(0.1, weight_decay=0.5, clipvalue=1.0, loss_scale_factor=4.0)
    optimizer.apply([np.array([8.0])], [w])
    assert w.numpy() == [4.0]
    assert optimizer.scale_loss(2.0) == 8.0 and optimizers.SGD().scale_loss(2.0) == 2.0


def test_iterations():
    optimizer, w = optimizers.SGD(), Variable([1.0])
    counter = optimizer.iterations
    assert int(counter) == 0 and counter.dtype == "int64"
    assert optimizer.apply_gradients([(np.ones(1), w)]) is counter
    optimizer.apply([np.ones(1)], [w])
    assert int(optimizer.iterations) == 2


def test_gradient_accumulation():
    optimizer, w = optimizers.SGD(1.0, gradient_accumulation_steps=3), Variable([1.0])
    seen = []
    for gradient in (1.0, 2.0, 6.0, 1.0):
        optimizer.apply([np.array([gradient])], [w])
        seen.append((float(w.numpy()[0]), optimizer.iterations,
                     float(optimizer._accumulated_gradients[0].numpy()[0])))
    assert seen == [(1.0, 0, 1.0), (1.0, 0, 3.0), (-2.0, 1, 0.0), (-2.0, 1, 1.0)]
    assert int(optimizer.variables[0]) == 4


def test_moving_average():
    optimizer = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3)
    w = Variable([[3.0, 4.0], [5.0, 6.0]])
    seen = []
    for _ in range(3):
        optimizer.apply([np.ones((2, 2))], [w])
        seen.append((w.numpy()[0, 0], optimizer._model_variables_moving_average[0].numpy()[0, 0]))
    np.testing.assert_allclose(seen, [(2.0, 2.0), (1.0, 1.9), (1.71, 1.71)], rtol=1e-6)


def test_finalize():
    optimizer, w = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5), Variable([4.0])
    for _ in range(2):
        optimizer.apply([np.ones(1)], [w])
    optimizer.finalize_variable_values([w])
    assert w.numpy() == [2.5]
    with pytest.raises(ValueError, match=r"length of model variables \(0\)"):
        optimizer.finalize_variable_values([])
    optimizers.SGD().finalize_variable_values([w])
    assert w.numpy() == [2.5]


def test_nothing_to_finalize_before_the_first_step():
    optimizer, w = optimizers.SGD(use_ema=True), Variable([4.0])
    optimizer.finalize_variable_values([w])
    optimizer.build([w])
    optimizer.finalize_variable_values([w])
    assert w.numpy() == [4.0]


@pytest.mark.parametrize(("exclude", "expected"), [
    ({}, [0.9, 0.9]), ({"var_names": ["bias"]}, [0.9, 1.0]),
    ({"var_names": ["^d.*ker", "bi.s"]}, [1.0, 1.0]), ({"var_names": ["dense/k"]}, [1.0, 0.9]),
    ({"var_list": [0]}, [1.0, 0.9]), ({"var_list": [0], "var_names": ["bias"]}, [1.0, 1.0]),
])
@pytest.mark.parametrize("built", [False, True])
def test_exclude_from_weight_decay(exclude, expected, built):
    weights = [Variable([1.0], name="kernel"), Variable([1.0], name="bias")]
    weights[0].path = "dense/kernel"
    optimizer = optimizers.SGD(0.5, weight_decay=0.2)
    if built:
        optimizer.build(weights)
    exclude = {**exclude, "var_list": [weights[i] for i in exclude.get("var_list", [])]}
    optimizer.exclude_from_weight_decay(**exclude)
    optimizer = pickle.loads(pickle.dumps((optimizer, weights)))
    optimizer, weights = optimizer
    optimizer.apply([np.zeros(1), np.zeros(1)], weights)
    assert [float(w.numpy()[0]) for w in weights] == pytest.approx(expected)


@pytest.mark.parametrize("options", [{}, {"clipnorm": 1.0}, {"global_clipnorm": 1.0},
                                     {"clipvalue": 1.0}])
def test_nan_gradients_show(options):
    w = Variable([1.0, 1.0])
    optimizers.SGD(**options).apply([np.array([np.nan, 0.0])], [w])
    assert np.isnan(w.numpy()).any()


def test_missing_gradients():
    v, w = Variable([3.0], name="v"), Variable([3.0])
    optimizer = optimizers.SGD(1.0)
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['v'\]"):
        optimizer.apply_gradients([(None, v), (np.ones(1), w)])
    assert (v.numpy()[0], w.numpy()[0]) == (3.0, 2.0)
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([(None, v), (None, w)])


def test_no_gradients_at_all_is_no_step():
    optimizer = optimizers.SGD()
    optimizer.apply([])
    assert int(optimizer.iterations) == 0 and not optimizer.built


def test_gradients_without_variables():
    optimizer, w = optimizers.SGD(1.0), Variable([3.0])
    with pytest.raises(ValueError, match="must already be built"):
        optimizer.apply([np.ones(1)])
    optimizer.build([w])
    optimizer.apply([np.ones(1)])
    assert w.numpy() == [2.0]
    with pytest.raises(ValueError, match=r"one-to-one\. Received: 2 gradients for 1"):
        optimizer.apply([np.ones(1), np.ones(1)])


def test_unknown_variable():
    optimizer = optimizers.SGD()
    optimizer.build([Variable([1.0])])
    other = Variable([1.0])
    with pytest.raises(ValueError, match="Unknown variable: <Variable"):
        optimizer.apply([np.ones(1)], [other])
    with pytest.raises(ValueError, match="Unknown variable"):
        optimizer.slots_for(other)


@pytest.mark.parametrize("shape", [(3,), (2, 1), ()])
def test_gradient_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"\(2,\)"):
        optimizers.SGD().apply([np.zeros(shape)], [Variable([1.0, 2.0])])


@pytest.mark.parametrize(("options", "message"), [
    ({"clipnorm": 1.0, "clipvalue": 1.0}, "Only one of `clipnorm`, `clipvalue` and"),
    ({"clipnorm": 1.0, "global_clipnorm": 1.0}, "Only one of `clipnorm`, `clipvalue` and"),
    ({"use_ema": True, "ema_momentum": 1.5}, "`ema_momentum` must be in the range"),
    ({"use_ema": True, "ema_overwrite_frequency": 2.5}, "must be an integer >= 1 or None"),
    ({"use_ema": True, "ema_overwrite_frequency": -1}, "must be an integer >= 1 or None"),
    ({"gradient_accumulation_steps": 1}, "must be an integer >= 2"),
    ({"learning_rate": "0.1"}, "`learning_rate` should be float, or an instance"),
    ({"lr": 0.1}, r"Argument\(s\) not recognized: {'lr': 0.1}"),
])
@pytest.mark.parametrize("kind", ALL)
def test_refused(kind, options, message):
    with pytest.raises(ValueError, match=message):
        kind(**options)


def test_decay_is_ignored():
    with pytest.warns(UserWarning, match="`decay` is no longer supported"):
        optimizers.SGD(decay=0.1)
    optimizers.SGD(decay=None)


def test_negative_limits_clip_nothing():
    gradients = [np.array([3.0, 4.0])]
    for options in ({"clipnorm": -1.0}, {"global_clipnorm": 0.0}, {"clipvalue": -1.0}):
        np.testing.assert_array_equal(optimizers.SGD(**options)._clip_gradients(gradients),
                                      gradients)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("options", [
    {"clipnorm": 1.0}, {"clipvalue": 1.0}, {"global_clipnorm": 1.0}, {"use_ema": True},
    {"gradient_accumulation_steps": 2},
])
def test_no_rule_for_more_than_an_elementwise_step(kind, options):
    assert kind().rule is not None
    assert kind(**options).rule is None


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("method", ["update_step", "apply"])
def test_a_changed_subclass_has_no_rule(kind, method):
    changed = type("Changed", (kind,), {method: lambda self, *args: None})
    assert changed().rule is None


@pytest.mark.parametrize("kind", ALL)
def test_a_subclass_of_other_defaults_keeps_the_rule(kind):
    class Mine(kind):
        def __init__(self):
            super().__init__(learning_rate=0.5)

    assert Mine().rule == kind().rule


@pytest.mark.parametrize("kind", ALL)
def test_slots_are_those_of_the_rule(kind):
    options = {"momentum": 0.9} if kind in (optimizers.SGD, optimizers.RMSprop) else {}
    optimizer, weights = kind(**options), variables()
    optimizer.build(weights)
    for weight in weights:
        slots = optimizer.slots_for(weight)
        assert [slot.name for slot in slots] == [
            f"{weight.name}_{name}" for name in optimizer.rule.slots]
        assert all(slot.shape == weight.shape for slot in slots)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("again", [lambda pair: pickle.loads(pickle.dumps(pair)), copy.deepcopy])
def test_copies_go_on_alike(kind, again):
    optimizer, weights = kind(0.1, use_ema=True), variables()
    gradients = [[np.array(g) for g in step] for step in GOLDEN["gradients"]]
    optimizer.apply(gradients[0], weights)
    other, other_weights = again((optimizer, weights))
    for pair in ((optimizer, weights), (other, other_weights)):
        pair[0].apply(gradients[1], pair[1])
    for one, two in zip(weights + optimizer.variables, other_weights + other.variables,
                        strict=True):
        assert one is not two
        np.testing.assert_array_equal(one.value, two.value)


@pytest.mark.parametrize("kind", ALL)
def test_from_config(kind):
    optimizer = kind(0.25, weight_decay=0.1, clipnorm=2.0, name="mine")
    config = optimizer.get_config()
    again = kind.from_config(config)
    assert again.get_config() == config == optimizer.get_config()


def test_names():
    clear_session()
    assert [kind().name for kind in (*ALL, optimizers.SGD)] == [
        "sgd", "rm_sprop", "adagrad", "adadelta", "adam", "adam_w", "adamax", "nadam", "lion",
        "sgd_1"]
    assert repr(optimizers.SGD(name="s")) == "<SGD name=s>"


def test_optimizer_of_the_user_written_as_for_keras():
    class Momentum(optimizers.Optimizer):
        def build(self, variables):
            super().build(variables)
            self.moments = [
                self.add_variable_from_reference(reference_variable=v, name="moment")
                for v in variables
            ]

        def update_step(self, gradient, variable, learning_rate):
            m = self.moments[self._get_variable_index(variable)]
            self.assign(m, 0.5 * m.value - gradient * learning_rate)
            self.assign_add(variable, m)

    optimizer, w = Momentum(learning_rate=1.0), Variable([8.0])
    for _ in range(2):
        optimizer.apply([np.ones(1)], [w])
    assert w.numpy() == [5.5]
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate",
                                                     "variable_moment"]
    assert optimizer.rule is None


def test_update_step_must_be_defined():
    with pytest.raises(NotImplementedError, match="Optimizer must override `update_step`"):
        optimizers.Optimizer(0.1).apply([np.ones(1)], [Variable([1.0])])


def test_a_build_that_fails_is_begun_anew(monkeypatch):
    optimizer, w = optimizers.Adam(), Variable(np.ones((2, 3)), name="w")
    names = [v.name for v in optimizer.variables]
    with monkeypatch.context() as patch:
        made = []

        def second_fails(self, *args, **kwargs):
            made.append(add(self, *args, **kwargs))
            if len(made) == 2:
                raise MemoryError
            return made[-1]

        add = optimizers.Adam.add_variable_from_reference
        patch.setattr(optimizers.Adam, "add_variable_from_reference", second_fails)
        with pytest.raises(MemoryError):
            optimizer.build([w])
    assert [v.name for v in optimizer.variables] == names and not optimizer.built
    optimizer.build([w])
    assert [v.name for v in optimizer.variables] == [*names, "w_momentum", "w_velocity"]


def test_updates_of_a_subclass():
    class Plain(optimizers.Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, learning_rate * gradient)

    w = Variable([1.0, 2.0])
    Plain(0.5).apply([np.ones(2)], [w])
    np.testing.assert_array_equal(w.value, [0.5, 1.5])


def test_config_holds_a_callable_itself():
    def rate():
        return 0.5

    assert optimizers.SGD(rate).get_config()["learning_rate"] is rate


def test_a_step_that_fails_halfway_is_undone():
    variables = [Variable(np.ones(3, "f4"), name=name) for name in "ab"]
    optimizer = optimizers.Adam(0.1, use_ema=True, clipnorm=1.0)
    optimizer.apply([np.ones(3)] * 2, variables)
    everything = [*optimizer.variables, *variables]
    before = [v.numpy() for v in everything]

    def fails(w):
        raise ArithmeticError("no such weights")

    variables[1].constraint = fails
    with pytest.raises(ArithmeticError):
        optimizer.apply([np.ones(3)] * 2, variables)
    for variable, value in zip(everything, before, strict=True):
        np.testing.assert_array_equal(variable, value)
    variables[1].constraint = None
    optimizer.apply([np.ones(3)] * 2, variables)
    assert int(optimizer.iterations) == 2
