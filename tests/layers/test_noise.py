"""Seeds of layers with noise: what repeats, what does not, what a copy remembers."""

import copy

import numpy as np
import pytest

from fastdense import Sequential, config, layers
from fastdense.utils import set_random_seed

X = np.ones((50, 20), "f4")
KINDS = [layers.Dropout, layers.AlphaDropout, layers.GaussianDropout, layers.GaussianNoise]


@pytest.mark.parametrize("kind", KINDS)
def test_inference_is_the_identity(kind):
    for training in (None, False):
        np.testing.assert_array_equal(kind(0.5)(X, training=training), X)
    np.testing.assert_array_equal(kind(0.0)(X, training=True), X)
    assert not hasattr(kind(0.0), "seed_generator") and kind(0.0).variables == []


@pytest.mark.parametrize("kind", KINDS)
def test_prediction_on_two_threads(kind, rng):
    model = Sequential([layers.Dense(40), kind(0.5), layers.Dense(30, activation="relu")])
    x = rng.standard_normal((5000, 20))
    config.set_num_threads(1)
    expected = model.predict(x)
    config.set_num_threads(2)
    np.testing.assert_array_equal(model.predict(x), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_seeds(kind):
    one, two = kind(0.5, seed=3), kind(0.5, seed=3)
    first = one(X, training=True)
    np.testing.assert_array_equal(two(X, training=True), first)
    assert (one(X, training=True) != first).any()
    assert one.seed_generator.state.numpy().tolist() == [3, 2]
    one.seed_generator.state.assign([3, 0])
    np.testing.assert_array_equal(one(X, training=True), first)
    set_random_seed(1)
    drawn = kind(0.5)(X, training=True)
    set_random_seed(1)
    np.testing.assert_array_equal(kind(0.5)(X, training=True), drawn)
    assert (kind(0.5)(X, training=True) != drawn).any()


@pytest.mark.parametrize("seed", [-1, 2.5, "x"])
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_seeds(kind, seed):
    with pytest.raises(ValueError, match=f"{kind.__name__}: expected `seed` to be an integer"):
        kind(0.5, seed=seed)


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_amounts(kind):
    for amount in (-0.1, 1.1, None, "x", True):
        with pytest.raises(ValueError, match=r"Invalid value received for argument `\w+`. "
                                             "Expected a float value between 0 and 1"):
            kind(amount)


def fitted(seed):
    set_random_seed(seed)
    model = Sequential([layers.Input((20,)), layers.Dense(8), layers.Dropout(0.5),
                        layers.GaussianNoise(0.1), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def fit(model, epochs=1):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 20)).astype("f4")
    model.fit(x, x[:, :1], epochs=epochs, batch_size=16, shuffle=False, verbose=0)
    return model


def test_steps_are_counted_and_a_copy_goes_on():
    """Weights and random state are all there is: a run from a copy gives the same bits."""
    through = fit(fitted(5), epochs=3)
    model = fit(fitted(5), epochs=2)
    assert [layer.seed_generator.state.numpy()[1] for layer in model.layers[1:3]] == [8, 8]
    twin = copy.deepcopy(model)
    for one in (model, twin):
        fit(one)
        for a, b in zip(one.get_weights(), through.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_plain_step_draws_too():
    """With a penalty on a kernel the update is Python's; the noise is the engine's all the same."""
    set_random_seed(5)
    model = Sequential([layers.Input((20,)), layers.Dense(8, kernel_regularizer="l2"),
                        layers.Dropout(0.5), layers.Dense(1)])
    model.compile("sgd", "mse")
    fit(model)
    assert model.layers[1].seed_generator.state.numpy()[1] == 4


def test_evaluate_and_predict_draw_nothing():
    model = fit(fitted(5))
    before = model.layers[1].seed_generator.state.numpy()
    assert model.evaluate(X, X[:, :1], verbose=0) == model.evaluate(X, X[:, :1], verbose=0)
    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    np.testing.assert_array_equal(model.layers[1].seed_generator.state.numpy(), before)
