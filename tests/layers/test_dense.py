"""The fully connected layer: arguments, building, computing, stages."""

import numpy as np
import pytest
import reference

from fastdense import constraints, initializers, layers, regularizers
from fastdense.kernels.rules import Stage


@pytest.mark.parametrize("units", [0, -3, 2.5, None, "64", True, [4]])
def test_wrong_units(units):
    with pytest.raises(ValueError, match=r"Received an invalid value for `units`, expected a "
                                         r"positive integer. Received: units="):
        layers.Dense(units)


@pytest.mark.parametrize("units", [np.int64(3), np.uint8(3)])
def test_units_of_numpy(units):
    assert type(layers.Dense(units).units) is int


@pytest.mark.parametrize("argument", ["lora_rank", "lora_alpha", "quantization_config"])
def test_what_fastdense_does_not_have(argument):
    with pytest.raises(ValueError, match=rf"expected {argument}=None.*Received: {argument}=4"):
        layers.Dense(1, **{argument: 4})


@pytest.mark.parametrize(("argument", "family"), [
    ("activation", "activation function"), ("kernel_initializer", "initializer"),
    ("bias_initializer", "initializer"), ("kernel_regularizer", "regularizer"),
    ("bias_regularizer", "regularizer"), ("kernel_constraint", "constraint"),
    ("bias_constraint", "constraint"),
])
def test_unknown_names(argument, family):
    with pytest.raises(ValueError, match=f"Could not interpret {family} identifier: foo"):
        layers.Dense(1, **{argument: "foo"})


def test_before_building():
    layer = layers.Dense(3)
    assert not layer.built and layer.bias is None
    with pytest.raises(AttributeError, match="You must build the layer before accessing `kernel`"):
        _ = layer.kernel
    assert not hasattr(layer, "kernel")


def test_building():
    layer = layers.Dense(3, kernel_initializer=initializers.Constant(2.0), bias_initializer="ones",
                         kernel_regularizer="l2", bias_constraint="non_neg")
    layer.build((None, 7, 5))
    assert layer.built and layer.kernel.shape == (5, 3) and layer.bias.shape == (3,)
    np.testing.assert_array_equal(layer.kernel.value, 2)
    np.testing.assert_array_equal(layer.bias.value, 1)
    assert isinstance(layer.kernel.regularizer, regularizers.L2)
    assert isinstance(layer.bias.constraint, constraints.NonNeg)
    assert layer.kernel.constraint is None and layer.bias.regularizer is None


def test_default_initializers():
    layer = layers.Dense(50)
    layer.build((None, 70))
    limit = np.sqrt(6 / 120)
    assert 0.9 * limit < np.abs(layer.kernel.value).max() <= limit
    np.testing.assert_array_equal(layer.bias.value, 0)


@pytest.mark.parametrize(("shape", "match"), [
    ((None,), "expected min_ndim=2, found ndim=1"),
    ((None, None), "last axis of the input shape to be known"),
])
def test_building_on_a_wrong_shape(shape, match):
    with pytest.raises(ValueError, match=match):
        layers.Dense(3).build(shape)


@pytest.mark.parametrize("activation", reference.ACTIVATIONS)
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("shape", [(1, 4), (0, 4), (5, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_call(rng, shape, use_bias, activation):
    layer = layers.Dense(6, activation=activation, use_bias=use_bias, bias_initializer="ones",
                         dtype="float64")
    x = rng.standard_normal(shape)
    got = layer(x)
    assert got.shape == (*shape[:-1], 6) == layer.compute_output_shape(shape)
    assert (layer.bias is None) == (not use_bias)
    z = reference.dense_forward(x, layer.kernel.numpy(), 1.0 if use_bias else None)
    expected = reference.ACTIVATIONS[activation](z) if z.size else z
    np.testing.assert_allclose(got, expected, atol=1e-14)


@pytest.mark.parametrize(("shape", "advice"), [
    ((3, 5), "Pass rows of 4 features"), ((3, 2, 2), r"reshape\(len\(x\), -1\)"),
])
def test_call_on_another_width(shape, advice):
    layer = layers.Dense(2, name="d")
    layer.build((None, 4))
    with pytest.raises(ValueError, match=(
            "Input 0 with name 'None' of layer 'd' is incompatible with the layer: expected axis "
            f"-1 of input shape to have value 4, but received input with shape .*{advice}")):
        layer(np.zeros(shape))


def test_stages():
    layer = layers.Dense(6, activation="tanh", use_bias=False)
    layer.trainable = False
    assert layer.stages((2, 3, 4)) == [Stage("dense", 4, 6, 6, "tanh", False, False)]


def test_activation_that_is_not_compiled():
    layer = layers.Dense(6, activation=np.cos)
    np.testing.assert_allclose(layer(np.zeros((1, 2))), 1)
    with pytest.raises(ValueError, match="activation: expected one of celu, elu"):
        layer.stages((2,))


def test_activation_may_be_set():
    layer = layers.Dense(1, kernel_initializer="ones")
    assert layer(np.array([[-2.0]])) == -2
    layer.activation = "relu"
    assert layer(np.array([[-2.0]])) == 0
    layer.activation = None
    assert layer.get_config()["activation"] == "linear"
    assert layer(np.array([[-2.0]])) == -2


def test_config():
    layer = layers.Dense(3, activation="relu", kernel_regularizer="l1", name="d")
    settings = layer.get_config()
    assert set(settings) >= {
        "name", "trainable", "dtype", "units", "activation", "use_bias", "kernel_initializer",
        "bias_initializer", "kernel_regularizer", "bias_regularizer", "kernel_constraint",
        "bias_constraint"}
    assert (settings["units"], settings["activation"], settings["use_bias"]) == (3, "relu", True)
    assert settings["kernel_initializer"]["class_name"] == "GlorotUniform"
    assert settings["bias_regularizer"] is None
    assert layers.Dense.from_config(settings).get_config() == settings
