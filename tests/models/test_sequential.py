"""Sequential: a stack of layers, built when its input is known, with weights lent to the engine."""

import copy
import pickle

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers
from fastdense.utils import clear_session

X = np.random.default_rng(1).standard_normal((20, 6)).astype("f4")
Y = np.random.default_rng(2).integers(0, 3, 20)


def classifier(*first, name=None):
    """A small net; with an Input in `first` it is built."""
    return keras.Sequential([*first, layers.Dense(5, activation="relu", name="hidden"),
                             layers.Dense(3, activation="softmax", name="out")], name=name)


def compiled(*first, optimizer="rmsprop", **keywords):
    model = classifier(*first, **keywords)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fitted(**keywords):
    model = compiled(keras.Input((6,)))
    model.fit(X, Y, batch_size=8, epochs=2, verbose=0, **keywords)
    return model


def same(a, b):
    assert len(a) == len(b)
    return all((v == w).all() for v, w in zip(a, b, strict=True))


# -- the stack -------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [list, tuple, iter])
def test_layers_of_any_iterable(make):
    given = [keras.Input((6,)), layers.Dense(2), layers.Dense(1)]
    model = keras.Sequential(make(given))
    assert model.layers == given[1:]  # without the input
    assert model.built


@pytest.mark.parametrize("wrong", [3, "dense", None, layers.Dense, np.zeros(2)])
def test_only_layers(wrong):
    model = keras.Sequential()
    with pytest.raises(ValueError, match=r"Only instances of `keras.Layer` can be added to a Seq"):
        model.add(wrong)
    assert model.layers == []


def test_layers_is_read_only():
    model = classifier()
    with pytest.raises(AttributeError, match=r"Use `add\(\)` and `pop\(\)`"):
        model.layers = []
    model.layers.clear()
    assert len(model.layers) == 2


def test_unique_names():
    model = keras.Sequential([layers.Dense(2, name="a")])
    with pytest.raises(ValueError, match=r'should have unique names. Name "a" is already'):
        model.add(layers.Dense(2, name="a"))
    assert len(model.layers) == 1


def test_automatic_names():
    clear_session()
    model = keras.Sequential([keras.Input((6,)), layers.Dense(2), layers.Dense(2)])
    assert model.name == "sequential"
    assert [layer.name for layer in model.layers] == ["dense", "dense_1"]
    assert [v.path for v in model.weights] == [
        "sequential/dense/kernel", "sequential/dense/bias",
        "sequential/dense_1/kernel", "sequential/dense_1/bias"]
    assert repr(model) == "<Sequential name=sequential, built=True>"
    assert keras.Sequential().name == "sequential_1"


def test_get_layer():
    model = classifier()
    assert model.get_layer("hidden") is model.get_layer(index=0) is model.layers[0]
    assert model.get_layer(index=-1).name == "out"
    for keywords, match in [
        ({"name": "zz"}, r"No such layer: zz. Existing layers are: \['hidden', 'out'\]"),
        ({"index": 2}, "index 2 but model only has 2 layers"),
        ({}, "Provide either a layer name or"), ({"name": "out", "index": 1}, "Provide only a"),
    ]:
        with pytest.raises(ValueError, match=match):
            model.get_layer(**keywords)


def test_pop():
    model = classifier(keras.Input((6,)))
    last = model.layers[-1]
    hidden = model.layers[0](X)
    assert model.pop() is last
    assert model.built and model.output_shape == (None, 5) and len(model.weights) == 2
    np.testing.assert_array_equal(model.predict(X), hidden)
    model.pop()
    assert not model.built and model.weights == []
    with pytest.raises(ValueError, match="no layers to pop"):
        model.pop()
    with pytest.raises(ValueError, match="cannot be built because it has no layers"):
        model.predict(X)
    model.add(layers.Dense(1))  # the Input is still there
    assert model.built and model.predict(X).shape == (20, 1)


def test_add_after_a_fit_keeps_what_was_learned():
    model = fitted()
    before = model.get_weights()
    model.add(layers.Dense(2, activation="softmax", name="more"))
    assert same(model.get_weights()[:4], before)
    assert model.predict(X).shape == (20, 2)
    with pytest.raises(ValueError, match="Unknown variable"):
        model.fit(X, Y % 2, verbose=0)  # until it is compiled again
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(X, Y % 2, verbose=0)
    assert not same(model.get_weights()[:4], before)


# -- building --------------------------------------------------------------------------------------


def test_deferred_build():
    model = classifier(name="m")
    assert not model.built and model.weights == [] and model.get_weights() == []
    for attribute in ("input_shape", "output_shape"):
        assert not hasattr(model, attribute)
        with pytest.raises(AttributeError, match=f"'m' has no defined {attribute[:-6]} shape yet"):
            getattr(model, attribute)
    with pytest.raises(ValueError, match="You tried to call `count_params` on layer 'm', but"):
        model.count_params()
    assert model.compute_output_shape((None, 6)) == (None, 3)
    assert not model.built
    assert model.predict(X).shape == (20, 3)
    assert model.built
    assert (model.input_shape, model.output_shape) == ((None, 6), (None, 3))
    assert model.count_params() == 6 * 5 + 5 + 5 * 3 + 3


@pytest.mark.parametrize("see", [
    lambda m: m.fit(X, Y, verbose=0), lambda m: m.evaluate(X, Y, verbose=0),
    lambda m: m.train_on_batch(X, Y), lambda m: m.test_on_batch(X, Y), lambda m: m(X),
    lambda m: m.predict_on_batch(X), lambda m: m.build((None, 6)), lambda m: m.build((20, 6)),
])
def test_what_builds(see):
    model = compiled()
    see(model)
    assert model.built and model.input_shape == (None, 6)


@pytest.mark.parametrize("first", [
    keras.Input((6,)), layers.InputLayer((6,)), layers.InputLayer(batch_shape=(None, 6)),
])
def test_input_builds(first):
    model = classifier(first)
    assert model.built and model.input_shape == (None, 6)
    model.build()
    model.build((None, 6))


@pytest.mark.parametrize("keywords", [{"input_shape": (6,)}, {"input_dim": 6}])
def test_input_shape_on_the_first_layer(keywords):
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim` argument to a"):
        first, ignored = layers.Dense(4, **keywords), layers.Dense(2, input_dim=99)
    model = keras.Sequential([first, ignored])
    assert model.built and model.input_shape == (None, 6)


def test_build_errors():
    model = classifier(keras.Input((6,)))
    with pytest.raises(ValueError, match=r"already been configured to use input shape \(None, 6\)"):
        model.build((None, 7))
    for second in (keras.Input((6,)), layers.InputLayer((6,))):
        with pytest.raises(ValueError, match="already been configured"):
            model.add(second)
    with pytest.raises(ValueError, match="You must provide an `input_shape` argument"):
        classifier().build()
    with pytest.raises(ValueError, match=r"s cannot be built because it has no layers. Call `mod"):
        keras.Sequential(name="s").build((None, 6))


@pytest.mark.parametrize("call", [
    lambda m: m(X), lambda m: m.predict(X), lambda m: m.fit(X, Y), lambda m: m.evaluate(X, Y)])
def test_a_model_without_layers(call):
    model = keras.Sequential()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="cannot be built because it has no layers"):
        call(model)


def test_a_layer_that_does_not_fit_is_not_added():
    model = keras.Sequential([keras.Input(()),])
    with pytest.raises(ValueError, match="expected min_ndim=2, found ndim=1"):
        model.add(layers.Dense(2))
    assert model.layers == []


def test_dtypes():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(2, dtype="float64")])
    assert model.dtype == "float64" and model.predict(X).dtype == np.float64
    with pytest.raises(ValueError, match=r"layers of one dtype, float64 .* of dtype float32"):
        model.add(layers.Dense(2))


# -- nesting and sharing ---------------------------------------------------------------------------


def test_nested():
    inner = classifier(keras.Input((6,)), name="inner")
    outer = keras.Sequential([inner, layers.Dense(2, name="top")], name="outer")
    assert outer.built and outer.input_shape == (None, 6) and len(outer.weights) == 6
    assert outer.layers == [inner, outer.get_layer("top")]
    np.testing.assert_array_equal(outer.predict(X), outer.layers[1](inner.predict(X)))


def test_nested_built_from_outside():
    inner = classifier()
    outer = keras.Sequential([keras.Input((2, 3)), layers.Flatten(), inner])
    assert inner.built and inner.input_shape == (None, 6)
    np.testing.assert_array_equal(outer.predict(X.reshape(20, 2, 3)), inner.predict(X))


def test_models_that_share_layers_see_each_others_training():
    hidden = layers.Dense(5, activation="relu")
    encoder = keras.Sequential([keras.Input((6,)), hidden])
    model = keras.Sequential([keras.Input((6,)), hidden, layers.Dense(3, activation="softmax")])
    other = keras.Sequential([keras.Input((6,)), hidden, layers.Dense(1)])
    model.compile("sgd", "sparse_categorical_crossentropy")
    other.compile("sgd", "mse")
    before = encoder.predict(X)
    for train in (lambda: model.fit(X, Y, verbose=0), lambda: other.fit(X, Y, verbose=0),
                  lambda: model.fit(X, Y, verbose=0)):
        train()
        after = encoder.predict(X)
        assert (after != before).any()
        np.testing.assert_array_equal(after, hidden(X))
        before = after


def test_nested_training():
    inner = classifier(keras.Input((6,)))
    outer = keras.Sequential([inner, layers.Dense(3, activation="softmax")])
    before = inner.predict(X)
    outer.compile("sgd", "sparse_categorical_crossentropy")
    outer.fit(X, Y, verbose=0)
    after = inner.predict(X)
    assert (after != before).any()
    np.testing.assert_allclose(outer.predict(X), outer.layers[1](after), rtol=1e-6)


# -- weights ---------------------------------------------------------------------------------------


def test_get_and_set_weights():
    model, other = classifier(keras.Input((6,))), classifier(keras.Input((6,)))
    weights = model.get_weights()
    assert [w.shape for w in weights] == [(6, 5), (5,), (5, 3), (3,)]
    assert {w.dtype.name for w in weights} == {"float32"}
    assert (other.predict(X) != model.predict(X)).any()
    other.set_weights(weights)
    np.testing.assert_array_equal(other.predict(X), model.predict(X))
    weights[0][:] = 0
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_trainable():
    model = classifier(keras.Input((6,)))
    model.layers[0].trainable = False
    assert [v.path for v in model.trainable_weights] == [f"{model.name}/out/kernel",
                                                         f"{model.name}/out/bias"]
    assert len(model.non_trainable_weights) == 2
    model.trainable = False
    assert model.trainable_weights == [] and not model.layers[1].trainable
    model.trainable = True
    assert len(model.trainable_variables) == 4 and model.non_trainable_variables == []
    assert keras.Sequential([layers.Dense(1)], trainable=False).trainable is False


def test_losses():
    model = keras.Sequential([
        keras.Input((1,)), layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2"),
        layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l1")])
    np.testing.assert_allclose(model.losses, [0.01, 0.01], rtol=1e-6)


# -- what the engine holds is fetched when somebody looks ------------------------------------------


@pytest.mark.parametrize("look", [
    lambda m: m.get_weights(), lambda m: [v.numpy() for v in m.weights],
    lambda m: [np.asarray(v) for v in m.variables],
    lambda m: [w for layer in m.layers for w in layer.get_weights()],
    lambda m: copy.deepcopy(m).get_weights(),
])
def test_weights_are_fetched_from_the_engine(look):
    model = fitted()
    assert all(v._fetch is not None for v in model.weights)  # nobody has looked yet
    weights = look(model)
    assert all(v._fetch is None for v in model.weights)
    expected = np.maximum(X @ weights[0] + weights[1], 0) @ weights[2] + weights[3]
    expected = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-5, atol=1e-6)


def test_looking_while_training_changes_nothing():
    looked = []
    callback = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: looked.append(model.get_weights()))
    keras.utils.set_random_seed(3)
    silent = fitted()
    keras.utils.set_random_seed(3)
    model = compiled(keras.Input((6,)))
    model.fit(X, Y, batch_size=8, epochs=2, verbose=0, callbacks=[callback])
    assert len(looked) == 6 and not same(looked[0], looked[1])
    assert same(looked[-1], model.get_weights()) and same(model.get_weights(), silent.get_weights())


def test_assigning_between_two_steps_reaches_the_engine():
    model = fitted()
    model.layers[1].kernel.assign(np.zeros((5, 3)))
    model.layers[1].bias.assign(np.zeros(3))
    np.testing.assert_allclose(model.predict(X), 1 / 3, rtol=1e-6)
    kernel = model.layers[0].kernel.numpy()
    model.train_on_batch(X, Y)
    # the gradient of a layer below zeros is zero
    np.testing.assert_array_equal(model.layers[0].kernel.value, kernel)
    assert (model.layers[1].kernel.value != 0).any()


def test_optimizer_state_is_fetched_too():
    model = fitted()
    velocity = model.optimizer.variables[2]
    assert velocity._fetch is not None and (velocity.value > 0).any()
    assert int(model.optimizer.iterations) == 6


# -- copies ----------------------------------------------------------------------------------------


def pickled(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_copies_go_on_alike_and_apart(duplicate):
    model = fitted(validation_split=0.2)
    other = duplicate(model)
    assert same(other.get_weights(), model.get_weights())
    assert same(*[[v.numpy() for v in m.optimizer.variables] for m in (model, other)])
    assert other.history.history == model.history.history
    for m in (model, other):
        m.fit(X, Y, batch_size=8, shuffle=False, verbose=0)
    assert same(other.get_weights(), model.get_weights())
    other.fit(X, Y, verbose=0)
    assert not same(other.get_weights(), model.get_weights())


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
@pytest.mark.parametrize("make", [keras.Sequential, classifier, compiled])
def test_copies_of_unbuilt_models(make, duplicate):
    other = duplicate(make())
    assert not other.built and other.name
    if other.layers:
        assert other.predict(X).shape == (20, 3)


def test_copying_leaves_the_original_usable():
    model = fitted()
    before = model.predict(X)
    pickle.dumps(model)
    np.testing.assert_array_equal(model.predict(X), before)
    model.fit(X, Y, verbose=0)


def test_config():
    model = classifier(keras.Input((6,)), name="m")
    config = model.get_config()
    assert config["name"] == "m" and config["build_input_shape"] == (None, 6)
    assert [layer["class_name"] for layer in config["layers"]] == ["InputLayer", "Dense", "Dense"]
    assert config["layers"][1]["config"]["units"] == model.layers[0].units


def nested(inner_trainable=True):
    inner = keras.Sequential([layers.Dense(6), layers.BatchNormalization(),
                              layers.Dropout(0.25, seed=1), layers.Activation("gelu")],
                             name="inner")
    inner.trainable = inner_trainable
    model = keras.Sequential([layers.Input((4,)), inner, layers.Dense(3)])
    model.compile("rmsprop", "mse")
    return model


def test_a_nested_model_is_the_flat_one(rng):
    """Noise and statistics inside another model: same bits as its layers in a row."""
    x = rng.standard_normal((64, 4)).astype("f4")
    model = nested()
    flat = keras.Sequential([
        layers.Input((4,)), layers.Dense(6), layers.BatchNormalization(),
        layers.Dropout(0.25, seed=1), layers.Activation("gelu"), layers.Dense(3)])
    flat.compile("rmsprop", "mse")
    flat.set_weights(model.get_weights())
    for one in (model, flat):
        one.fit(x, x[:, :3], epochs=2, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), flat.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model(x, training=True), flat(x, training=True))
    np.testing.assert_array_equal(model.layers[0](x), model.layers[0].predict(x))


def test_a_frozen_nested_model_keeps_its_weights_and_statistics(rng):
    x = rng.standard_normal((64, 4)).astype("f4")
    model = nested(inner_trainable=False)
    before = model.layers[0].get_weights()
    assert [v.path.split("/")[-1] for v in model.trainable_weights] == ["kernel", "bias"]
    model.fit(x, x[:, :3], verbose=0)
    for a, b in zip(before, model.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    model.layers[0].trainable = True
    model.compile("sgd", "mse")
    model.fit(x, x[:, :3], verbose=0)
    assert all((a != b).any() for a, b in zip(before, model.layers[0].get_weights(), strict=True)
               if a.ndim == 1)


def test_called_in_training(rng):
    """Noise is drawn and statistics move, with a model that was never compiled."""
    x = rng.standard_normal((64, 4)).astype("f4")
    model = keras.Sequential([layers.Input((4,)), layers.BatchNormalization(), layers.Dropout(0.5)])
    np.testing.assert_array_equal(model(x), model.predict(x))
    assert (model(x, training=True) == 0).mean() > 0.3
    np.testing.assert_allclose(model.layers[0].moving_mean.numpy(), 0.01 * x.mean(axis=0),
                               rtol=1e-4, atol=1e-6)
    assert model(x[:0], training=True).shape == (0, 4)


def test_input_of_an_unknown_length():
    with pytest.raises(ValueError, match=r"axes are all known.*Received: \(None, None, 4\)"):
        keras.Sequential([keras.Input((None, 4))])


def test_empty_model_in_a_model():
    model = keras.Sequential([keras.Input((4,))])
    with pytest.raises(ValueError, match="cannot be built because it has no layers"):
        model.add(keras.Sequential(name="empty"))
    assert model.layers == []
