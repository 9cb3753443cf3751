"""What the engine is told of an optimizer, and fused training against the plain path."""

import numpy as np
import pytest

import fastdense
from fastdense import Variable, optimizers
from fastdense.kernels.rules import Factors
from fastdense.optimizers.elementwise import powers

RATES = optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
CASES = [
    optimizers.SGD(0.1, momentum=0.9, nesterov=True), optimizers.SGD(RATES, weight_decay=0.1),
    optimizers.RMSprop(0.01, momentum=0.5, centered=True, weight_decay=0.1),
    optimizers.Adagrad(0.1), optimizers.Adam(RATES), optimizers.Adam(0.1, amsgrad=True),
    optimizers.AdamW(0.1, weight_decay=0.2), optimizers.Adadelta(1.0), optimizers.Adamax(0.1),
    optimizers.Nadam(0.1), optimizers.Nadam(RATES, weight_decay=0.1), optimizers.Lion(0.01),
]


def train(optimizer, plain, exclude=()):
    """Two fits of several steps a span; with `plain` the same through `update_step`."""
    cls, config = type(optimizer), optimizer.get_config()
    if plain:  # a class whose update_step the engine cannot know to be the same
        same = {"update_step": lambda self, *args: super(cls, self).update_step(*args)}
        cls = type(cls.__name__, (cls,), same)
    optimizer = cls.from_config(config)
    optimizer.exclude_from_weight_decay(var_names=exclude)
    fastdense.utils.set_random_seed(3)
    model = fastdense.Sequential([fastdense.Input((7,)),
                                  fastdense.layers.Dense(19, "tanh", name="first"),
                                  fastdense.layers.Dense(3, "softmax", name="second")])
    model.compile(optimizer, "sparse_categorical_crossentropy")
    assert (optimizer.rule is None) == plain
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((50, 7)).astype("f4"), rng.integers(0, 3, 50)
    for epochs in (1, 2):
        model.fit(x, y, epochs=epochs, batch_size=8, shuffle=False, verbose=0)
    assert int(optimizer.iterations) == 21
    return [*model.get_weights(), *(v.numpy() for v in optimizer.variables)]


@pytest.mark.parametrize("optimizer", CASES, ids=lambda o: type(o).__name__)
def test_fused_equals_plain_to_the_bit(optimizer):
    for one, two in zip(train(optimizer, False), train(optimizer, True), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("exclude", [["bias"], ["kernel"], ["first/"], [".*"]])
def test_weights_that_do_not_decay(exclude):
    optimizer = optimizers.AdamW(0.1, weight_decay=0.5)
    found = [train(optimizer, plain, exclude) for plain in (False, True)]
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(found[0][0], train(optimizer, False)[0]) or exclude == ["bias"]


def test_exclusions_of_a_second_optimizer():
    """The engine forgets those of the first."""
    model = fastdense.Sequential([fastdense.Input((1,)), fastdense.layers.Dense(1)])
    x = np.zeros((1, 1), "f4")
    for exclude, expected in ((["kernel"], 1.0), ([], 0.5)):
        optimizer = optimizers.SGD(1.0, weight_decay=0.5)
        optimizer.exclude_from_weight_decay(var_names=exclude)
        model.compile(optimizer, "mse")
        model.set_weights([np.ones((1, 1)), np.zeros(1)])
        model.train_on_batch(x, x)
        assert model.get_weights()[0] == expected


def test_powers():
    assert powers(0.5, np.array([1.0, 3.0])).tolist() == [0.5, 0.125]
    assert powers(0.5, np.empty(0)).shape == (0,)


def test_factors():
    optimizer, w = optimizers.Adam(0.5, 0.5, 0.75, weight_decay=0.25), Variable([1.0])
    optimizer.apply([np.ones(1)], [w])
    table = optimizer.factors(2)
    assert table.shape == (2, len(Factors._fields)) and table.dtype == "float64"
    assert Factors(*table.T).decay.tolist() == [0.125, 0.125]
    np.testing.assert_allclose(Factors(*table.T).rate,
                               [0.5 * (1 - 0.75**t) ** 0.5 / (1 - 0.5**t) for t in (2, 3)])
    assert optimizer.factors(0).shape == (0, len(Factors._fields))
