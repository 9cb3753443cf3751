"""An activation as a layer: alone, fused behind a Dense, and between other layers."""

import numpy as np
import pytest
import reference

from fastdense import Sequential, activations, layers
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
