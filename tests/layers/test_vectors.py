"""gamma and beta of normalizing layers: made, initialized, constrained, trained, described."""

import numpy as np
import pytest

from fastdense import Sequential, constraints, layers, regularizers

KINDS = [layers.BatchNormalization, layers.LayerNormalization]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_what_there_is(rng, kind, center, scale):
    layer = kind(center=center, scale=scale)
    layer.build((None, 5))
    assert [v.name for v in layer.trainable_weights] == ["gamma"] * scale + ["beta"] * center
    assert (layer.gamma is None) != scale and (layer.beta is None) != center
    model = Sequential([layers.Input((5,)), layers.Dense(4), kind(center=center, scale=scale),
                        layers.Dense(1)])
    model.compile("rmsprop", "mse")
    before = model.get_weights()
    x = rng.standard_normal((32, 5)).astype("f4")
    model.fit(x, x[:, :1], epochs=2, verbose=0)
    if center or kind is layers.BatchNormalization:
        assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_about_them(kind):
    layer = kind(gamma_initializer="zeros", beta_initializer="ones", gamma_regularizer="l2",
                 beta_constraint="non_neg")
    layer.build((None, 3))
    np.testing.assert_array_equal(layer.gamma.value, 0)
    np.testing.assert_array_equal(layer.beta.value, 1)
    assert isinstance(layer.gamma.regularizer, regularizers.L2)
    assert isinstance(layer.beta.constraint, constraints.NonNeg)
    assert layer.losses == [0.0]
    settings = layer.get_config()
    assert kind.from_config(settings).get_config() == settings


@pytest.mark.parametrize("kind", KINDS)
def test_a_constraint_holds_while_it_trains(rng, kind):
    model = Sequential([layers.Input((3,)), kind(beta_constraint="non_neg"), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = rng.standard_normal((64, 3)).astype("f4")
    model.fit(x, -x.sum(axis=1), epochs=5, verbose=0)
    assert (model.layers[0].beta.value >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_epsilon(kind):
    with pytest.raises(ValueError, match=f"{kind.__name__}: expected epsilon to be zero or more"):
        kind(epsilon=-1)
