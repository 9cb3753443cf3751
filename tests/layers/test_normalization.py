"""Normalization: adapt on arrays and batches, given statistics, the inverse, mistakes."""

import numpy as np
import pytest

from fastdense import Sequential, layers


@pytest.fixture
def x(rng):
    return (rng.standard_normal((101, 4, 3)) * [1, 20, 0.3] + [1000, -3, 0]).astype("f4")


@pytest.mark.parametrize(("axis", "rest"), [
    (-1, (0, 1)), (1, (0, 2)), ((1, 2), (0,)), ([-1, -2], (0,)), (None, (0, 1, 2))])
def test_adapt(x, axis, rest):
    layer = layers.Normalization(axis=axis)
    layer.adapt(x)
    mean, variance = (f(x.astype("f8"), axis=rest) for f in (np.mean, np.var))
    np.testing.assert_allclose(layer.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(layer.variance, variance, rtol=1e-6)
    full = [1 if i in rest else n for i, n in enumerate(x.shape)]
    expected = (x - mean.astype("f4").reshape(full)) / np.sqrt(variance.reshape(full))
    np.testing.assert_allclose(layer(x), expected, rtol=2e-6, atol=1e-6)
    model = Sequential([layers.Input((4, 3)), layer])
    np.testing.assert_array_equal(model.predict(x), layer(x))
    by_batches = layers.Normalization(axis=axis)
    by_batches.adapt(iter([x[:30], (x[30:40], None), x[40:]]))
    np.testing.assert_allclose(by_batches.mean, layer.mean, rtol=1e-6)
    np.testing.assert_allclose(by_batches.variance, layer.variance, rtol=1e-6)


def test_adapt_of_a_layer_in_a_model(x):
    layer = layers.Normalization()
    model = Sequential([layers.Input((4, 3)), layer])
    np.testing.assert_array_equal(model.predict(x), x)
    layer.adapt(x)
    np.testing.assert_array_equal(model.predict(x), layer(x))
    assert abs(model.predict(x).mean()) < 1e-3
    assert [v.name for v in layer.weights] == ["mean", "variance", "count"]
    assert layer.trainable_weights == []
    twin = Sequential([layers.Input((4, 3)), layers.Normalization()])
    twin.layers[0].set_weights(layer.get_weights())
    np.testing.assert_array_equal(twin.predict(x), model.predict(x))


def test_constant_features_do_not_divide_by_zero():
    layer = layers.Normalization(mean=2.0, variance=0.0)
    np.testing.assert_allclose(layer(np.array([[2.0, 3.0]])), [[0, 1e7]], rtol=1e-6)


def test_the_inverse_brings_back(x):
    forth, back = layers.Normalization(), layers.Normalization(invert=True)
    for layer in (forth, back):
        layer.adapt(x)
    np.testing.assert_allclose(back(forth(x)), x, rtol=1e-5, atol=1e-4)


def test_before_a_network_that_trains(rng):
    x = rng.standard_normal((256, 2)).astype("f4") * [1, 100] + [0, 1000]
    layer = layers.Normalization()
    layer.adapt(x)
    model = Sequential([layer, layers.Dense(1)])
    model.compile("sgd", "mse")
    before = layer.get_weights()
    losses = model.fit(x, (x[:, :1] + x[:, 1:] / 100), epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 1e-2 * losses[0]
    for a, b in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("make", "match"), [
    (lambda: layers.Normalization(mean=1.0), "both `mean` and `variance` must be set"),
    (lambda: layers.Normalization(mean=[1.0], variance=[1.0, 2.0]), "must have the same shape"),
    (lambda: layers.Normalization(axis=3).build((None, 3)), "out of bounds"),
    (lambda: layers.Normalization().build((None, None)), "must have a known shape"),
    (lambda: layers.Normalization(mean=1.0, variance=1.0).adapt(np.ones((2, 3))),
     "Cannot `adapt`"),
    (lambda: layers.Normalization().adapt(iter([])), "received no samples"),
    (lambda: layers.Normalization().mean, r"call `.build\(input_shape\)`"),
])
def test_mistakes(make, match):
    with pytest.raises(ValueError, match=match):
        make()


def test_another_shape():
    layer = layers.Normalization()
    layer.build((None, 3))
    with pytest.raises(ValueError, match="Received an incompatible shape"):
        layer.adapt(np.zeros((2, 4)))


@pytest.mark.parametrize("arguments", [
    {}, {"axis": None}, {"mean": [1.0, 2.0], "variance": [3.0, 4.0], "invert": True}])
def test_config(arguments):
    settings = layers.Normalization(**arguments).get_config()
    assert layers.Normalization.from_config(settings).get_config() == settings


@pytest.mark.parametrize("invert", [False, True])
def test_statistics_that_come_with_the_weights_of_a_model(invert, rng):
    x = rng.normal(3, 2, (50, 4)).astype("f4")
    made = [Sequential([layers.Input((4,)), layers.Normalization(invert=invert)])
            for _ in range(2)]
    made[0].layers[0].adapt(x)
    expected = made[0].predict(x)
    assert np.abs(made[1].predict(x) - expected).max() > 1
    made[1].set_weights(made[0].get_weights())
    np.testing.assert_array_equal(made[1].predict(x), expected)


def test_a_model_with_it_is_trained_by_the_engine_alone(rng):
    x = rng.normal(3, 2, (50, 4)).astype("f4")
    model = Sequential([layers.Input((4,)), layers.Normalization(), layers.Dense(1)])
    model.layers[0].adapt(x)
    model.compile("adam", "mse")
    before = model.layers[0].get_weights(), model.predict(x)
    model.fit(x, x[:, :1], verbose=0)
    assert model._is_fused(next(iter(model._measures.values())))
    for old, new in zip(before[0], model.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert (model.predict(x) != before[1]).all()


def test_weights_before_there_are_any():
    layer = layers.Normalization()
    layer.set_weights([])
    assert not layer.built
