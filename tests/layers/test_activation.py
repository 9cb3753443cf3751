"""An activation as a layer: alone, fused behind a Dense, and between other layers."""

import numpy as np
import pytest
import reference

from fastdense import Sequential, activations, layers
from fastdense.activations.rules import RULES
from fastdense.kernels.rules import Stage


@pytest.mark.parametrize("name", reference.ACTIVATIONS)
@pytest.mark.parametrize("shape", [(2, 5), (0, 5), (2, 3, 5)])
def test_call(rng, name, shape):
    layer = layers.Activation(name, dtype="float64")
    x = rng.standard_normal(shape)
    got = layer(x)
    assert layer.built and layer.weights == [] and got.shape == layer.compute_output_shape(shape)
    np.testing.assert_allclose(got, reference.ACTIVATIONS[name](x) if x.size else x, atol=1e-14)


def test_stages():
    assert layers.Activation(activations.relu).stages((2, 5)) == [
        Stage("activation", 5, 5, 2, "relu")]


@pytest.mark.parametrize("name", reference.ACTIVATIONS)
def test_behind_a_dense_it_is_the_dense_layers_own(rng, name):
    x = rng.standard_normal((9, 7)).astype("f4")
    inside = Sequential([layers.Input((7,)), layers.Dense(5, activation=name)])
    behind = Sequential([layers.Input((7,)), layers.Dense(5), layers.Activation(name)])
    behind.set_weights(inside.get_weights())
    np.testing.assert_array_equal(behind.predict(x), inside.predict(x))
    labels = rng.integers(0, 5, 9)
    if name == "softmax":  # trained on its logits in both
        for model in (inside, behind):
            model.compile("sgd", "sparse_categorical_crossentropy")
            model.fit(x, labels, epochs=3, shuffle=False, verbose=0)
        for a, b in zip(inside.get_weights(), behind.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_first_layer(rng):
    x = rng.standard_normal((4, 3)).astype("f4")
    model = Sequential([layers.Input((3,)), layers.Activation("relu")])
    np.testing.assert_array_equal(model.predict(x), np.maximum(x, 0))


def test_errors():
    with pytest.raises(ValueError, match=r"activation function identifier: rleu.*`relu`"):
        layers.Activation("rleu")
    with pytest.raises(ValueError, match="expected min_ndim=2, found ndim=1"):
        layers.Activation("relu")(np.zeros(3))


def test_config():
    settings = layers.Activation("tanh", name="a").get_config()
    assert settings["activation"] == "tanh"
    assert layers.Activation.from_config(settings).activation is activations.tanh


LAYERS = {
    "LeakyReLU": (lambda: layers.LeakyReLU(0.1), lambda z: np.where(z > 0, z, 0.1 * z)),
    "Softmax": (lambda: layers.Softmax(axis=1), lambda z: np.exp(z) / np.exp(z).sum(1)[:, None]),
    "Identity": (layers.Identity, lambda z: z),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_as_activations(rng, name):
    make, formula = LAYERS[name]
    x = rng.standard_normal((4, 3, 5)).astype("f4")
    for layer in (layers.Activation(make()), layers.Dense(5, activation=make())):
        z = x
        if isinstance(layer, layers.Dense):
            layer.build(x.shape)
            z = x @ layer.kernel.value
        np.testing.assert_allclose(layer(x), formula(z), rtol=1e-5, atol=1e-6)
        model = Sequential([layers.Input((3, 5)), layer])
        np.testing.assert_allclose(model.predict(x), formula(z), rtol=1e-5, atol=1e-6)
        settings = layer.get_config()
        assert settings["activation"]["class_name"] == name
        again = type(layer).from_config(settings)
        assert type(again.activation).__name__ == name and again.get_config() == settings


@pytest.mark.parametrize("make", [layers.PReLU, lambda: layers.Dropout(0.5)])
def test_layers_that_are_no_activations(make):
    with pytest.raises(ValueError, match="expected a function, or a layer without weights or"):
        layers.Activation(make()).stages((3,))


@pytest.mark.parametrize("name", sorted(set(RULES) - {"threshold"}))
def test_every_activation_trains_in_a_dense(rng, name):
    """As the engine's own and as a layer behind: the same bits."""
    x = rng.standard_normal((40, 6)).astype("f4")
    found, first = [], None
    for middle in ([layers.Dense(7, activation=name)], [layers.Dense(7), layers.Activation(name)]):
        model = Sequential([layers.Input((6,)), *middle, layers.Dense(2)])
        if first is not None:
            model.set_weights(first)
        first = model.get_weights()
        model.compile("rmsprop", "mse")
        model.fit(x, x[:, :2], epochs=2, batch_size=16, shuffle=False, verbose=0)
        found.append(model.get_weights())
        assert any((a != b).any() for a, b in zip(first, found[-1], strict=True))
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(a, b)
