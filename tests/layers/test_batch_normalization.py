"""BatchNormalization (values: test_parity.py): statistics in fit, freezing, mistakes."""

import numpy as np
import pytest

from fastdense import Sequential, config, layers


def model(**arguments):
    net = Sequential([layers.Input((3,)), layers.BatchNormalization(**arguments), layers.Dense(1)])
    net.compile("sgd", "mse")
    return net


def test_statistics_move_in_fit(rng):
    x = (rng.standard_normal((400, 3)) * [1, 2, 3] + [4, 5, 6]).astype("f4")
    net = model(momentum=0.5)
    net.fit(x, x[:, :1], batch_size=100, epochs=10, shuffle=False, verbose=0)
    layer = net.layers[0]
    np.testing.assert_allclose(layer.moving_mean.numpy(), [4, 5, 6], rtol=0.1)
    np.testing.assert_allclose(layer.moving_variance.numpy(), [1, 4, 9], rtol=0.3)
    mean, variance = np.zeros(3), np.ones(3)
    for _ in range(10):
        for i in range(0, 400, 100):
            mean = 0.5 * mean + 0.5 * x[i:i + 100].mean(axis=0)
            variance = 0.5 * variance + 0.5 * x[i:i + 100].var(axis=0)
    np.testing.assert_allclose(layer.moving_mean.numpy(), mean, rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), variance, rtol=1e-5)


@pytest.mark.parametrize("kernel_regularizer", [None, "l2"], ids=["fused", "plain"])
def test_frozen_it_keeps_its_statistics(rng, kernel_regularizer):
    x = rng.standard_normal((64, 3)).astype("f4") + 7
    net = Sequential([layers.Input((3,)), layers.BatchNormalization(),
                      layers.Dense(1, kernel_regularizer=kernel_regularizer)])
    net.layers[0].trainable = False
    net.compile("sgd", "mse")
    before = net.layers[0].get_weights()
    net.fit(x, x[:, :1], verbose=0)
    for a, b in zip(before, net.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert net.layers[0].trainable_weights == [] and len(net.non_trainable_weights) == 4


def test_fused_and_plain_agree(rng):
    """A penalty of zero takes the plain path: same gradients, same statistics."""
    x = rng.standard_normal((64, 3)).astype("f4") + 1
    found = []
    for regularizer in (None, "l2"):
        net = Sequential([layers.Input((3,)), layers.BatchNormalization(),
                          layers.Dense(1, kernel_initializer="ones",
                                       bias_regularizer=regularizer)])
        if regularizer:
            net.layers[1].bias.regularizer.l2 = 0.0
        net.compile("sgd", "mse")
        net.fit(x, x[:, :1], batch_size=16, shuffle=False, epochs=2, verbose=0)
        found.append(net.get_weights())
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("threads", [2, 3])
def test_same_bits_on_any_number_of_threads(rng, threads):
    x = rng.standard_normal((600, 200)).astype("f4")
    found = []
    for n in (1, threads):
        config.set_num_threads(n)
        net = Sequential([layers.Input((200,)), layers.Dense(150, kernel_initializer="ones"),
                          layers.BatchNormalization(), layers.Dense(1, kernel_initializer="ones")])
        net.compile("rmsprop", "mse")
        net.fit(x, x[:, :1], batch_size=200, shuffle=False, epochs=2, verbose=0)
        found.append(net.get_weights())
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("argument", ["renorm", "synchronized"])
def test_what_fastdense_does_not_have(argument):
    with pytest.raises(ValueError, match=f"expected {argument}=False"):
        layers.BatchNormalization(**{argument: True})


def test_wrong_inputs():
    layer = layers.BatchNormalization(name="b")
    layer.build((None, 3))
    with pytest.raises(ValueError, match="layer \"b\" is incompatible with the layer: expected "
                                         "axis -1 of input shape to have value 3"):
        layer(np.zeros((2, 4)))
    for axis, match in ((0, "not the batch"), (2, "out of bounds")):
        with pytest.raises(ValueError, match=match):
            layers.BatchNormalization(axis=axis)(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="known length"):
        layers.BatchNormalization().build((None, None))
