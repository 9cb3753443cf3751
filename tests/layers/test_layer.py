"""What every layer has: names, dtypes, variables, and what is said about mistakes."""

import copy
import pickle

import numpy as np
import pytest

from fastdense import Sequential, config, layers
from fastdense.layers import Layer
from fastdense.layers.layer import as_sample_shape
from fastdense.utils import clear_session

ALL = {
    "Activation": lambda **k: layers.Activation("relu", **k),
    "ActivityRegularization": layers.ActivityRegularization,
    "AlphaDropout": lambda **k: layers.AlphaDropout(0.5, **k),
    "BatchNormalization": layers.BatchNormalization,
    "Dense": lambda **k: layers.Dense(3, **k),
    "Dropout": lambda **k: layers.Dropout(0.5, **k),
    "ELU": layers.ELU,
    "Flatten": layers.Flatten,
    "GaussianDropout": lambda **k: layers.GaussianDropout(0.5, **k),
    "GaussianNoise": lambda **k: layers.GaussianNoise(0.5, **k),
    "Identity": layers.Identity,
    "InputLayer": lambda **k: layers.InputLayer((4,), **k),
    "Layer": Layer,
    "LayerNormalization": layers.LayerNormalization,
    "LeakyReLU": layers.LeakyReLU,
    "Normalization": layers.Normalization,
    "PReLU": layers.PReLU,
    "Permute": lambda **k: layers.Permute((1,), **k),
    "ReLU": layers.ReLU,
    "Rescaling": lambda **k: layers.Rescaling(2.0, **k),
    "Reshape": lambda **k: layers.Reshape((4,), **k),
    "Softmax": layers.Softmax,
}


@pytest.fixture(params=ALL)
def kind(request):
    return ALL[request.param]


def test_table_has_every_layer():
    assert set(ALL) == {name for name in layers.__all__ if isinstance(getattr(layers, name), type)}


def test_automatic_names():
    clear_session()
    assert [layers.Dense(1).name for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    assert layers.InputLayer((2,)).name == "input_layer"
    assert Sequential().name == "sequential"


def test_common_arguments(kind):
    layer = kind(name="mine", dtype="float64")
    assert (layer.name, layer.dtype, layer.trainable, layer.supports_masking) == (
        "mine", "float64", True, True)
    assert repr(layer) == f"<{type(layer).__name__} name=mine, built={layer.built}>"
    layer.trainable = False
    assert layer.trainable is False


@pytest.mark.parametrize(("keywords", "match"), [
    ({"foo": 1, "bar": 2}, r"Unrecognized keyword arguments passed to \w+: {'foo': 1, 'bar': 2}"),
    ({"dtype": "foo"}, "Cannot convert 'foo' to a DTypePolicy|Invalid dtype: 'foo'"),
    ({"name": "a/b"}, "Argument `name` must be a string and cannot contain character `/`"),
])
def test_wrong_keywords(kind, keywords, match):
    with pytest.raises(ValueError, match=match):
        kind(**keywords)


def test_dtype_of_numpy_and_floatx():
    assert Layer(dtype=np.dtype("float64")).dtype == "float64"
    config.set_floatx("float64")
    assert Layer().dtype == "float64"


@pytest.mark.parametrize("shape", [(1,), [2, 3], (np.int64(4),), (), (None, 3)])
def test_sample_shape(shape):
    got = as_sample_shape("Input", "shape", shape)
    assert got == tuple(shape) and all(n is None or type(n) is int for n in got)


@pytest.mark.parametrize("shape", [5, (0,), (-1,), (2.0,), ("3",), (True,)])
def test_wrong_sample_shape(shape):
    with pytest.raises(ValueError, match=r"expected `input_shape` to be .*integers.*Received"):
        as_sample_shape("Input", "input_shape", shape)


@pytest.mark.parametrize("keywords", [{"input_shape": (3,)}, {"input_dim": 3}])
def test_input_shape_on_a_layer(keywords):
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim` argum") as seen:
        layer = layers.Dense(1, **keywords)
    assert layer._input_shape_argument == (3,)
    assert seen[0].filename == __file__  # the line that the user can change


def test_add_weight_takes_what_keras_takes():
    layer = Layer(name="mine", dtype="float64")
    w = layer.add_weight((3, 2), "ones", name="w", regularizer="l2", constraint="non_neg")
    count = layer.add_weight(dtype="int64", trainable=False, name="count")
    assert (w.dtype, w.path, w.trainable) == ("float64", "mine/w", True)
    assert w.regularizer.l2 == 0.01 and w.constraint is not None
    assert (count.shape, count.dtype, int(count)) == ((), "int64", 0)
    assert layer.trainable_weights == [w] and layer.non_trainable_weights == [count]
    drawn = layer.add_weight(shape=(50, 50)).value
    assert 0 < abs(drawn).max() <= (6 / 100) ** 0.5  # glorot_uniform


def test_weights():
    layer = layers.Dense(3, name="d", bias_initializer="ones")
    assert layer.weights == [] and layer.get_weights() == []
    layer.build((None, 2))
    kernel, bias = layer.weights
    assert [v.path for v in (kernel, bias)] == ["d/kernel", "d/bias"]
    assert layer.variables == layer.trainable_weights == layer.trainable_variables
    assert layer.non_trainable_weights == []
    assert layer.count_params() == 9
    copied = layer.get_weights()
    copied[1][:] = 5
    np.testing.assert_array_equal(layer.bias.value, 1)
    layer.trainable = False
    assert layer.trainable_weights == [] and len(layer.non_trainable_variables) == 2
    layer.trainable = True
    kernel.trainable = False
    assert [v.name for v in layer.trainable_weights] == ["bias"]
    assert [v.name for v in layer.non_trainable_weights] == ["kernel"]


def test_set_weights():
    layer = layers.Dense(3)
    layer.build((None, 2))
    layer.set_weights([[[1, 2, 3], [4, 5, 6]], np.ones(3, "f8")])
    assert [w.dtype for w in layer.get_weights()] == ["float32", "float32"]
    np.testing.assert_array_equal(layer.kernel.value, [[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize(("weights", "match"), [
    ([np.ones((2, 3))], "on layer 'd' with a weight list of length 1, but .* expecting 2 weights"),
    ([np.ones((2, 3)), np.ones(2)],
     r"Layer d weight shape \(3,\) is not compatible with provided weight shape \(2,\)"),
    ([np.ones((3, 2)), np.ones(3)], r"weight shape \(2, 3\) is not compatible"),
    ([np.ones((2, 3)), np.array(["a"] * 3)], "real numbers. Received: dtype <U1 for `d/bias`"),
    ([np.ones((2, 3)), np.ones(3) * 1j], "real numbers. Received: dtype complex128"),
])
def test_set_wrong_weights_changes_none(weights, match):
    layer = layers.Dense(3, name="d", kernel_initializer="zeros")
    layer.build((None, 2))
    with pytest.raises(ValueError, match=match):
        layer.set_weights(weights)
    assert all((w == 0).all() for w in layer.get_weights())


def test_count_params_of_an_unbuilt_layer():
    with pytest.raises(ValueError, match=r"You tried to call `count_params` on layer 'd', but"):
        layers.Dense(3, name="d").count_params()


def test_losses():
    layer = layers.Dense(1, kernel_initializer="ones", bias_initializer="ones",
                         kernel_regularizer="l2", bias_regularizer="l1")
    layer.build((None, 2))
    np.testing.assert_allclose(layer.losses, [0.02, 0.01], rtol=1e-6)
    layer.trainable = False
    assert layer.losses == []


@pytest.mark.parametrize("x", [object(), "text", None, {1: 2}])
def test_call_on_something_else(kind, x):
    with pytest.raises(TypeError, match=r"expected an array. Received: .*put layers into a Seq"):
        kind()(x)


@pytest.mark.parametrize("x", [
    [[1, 2], [3, 4]], np.array([[1, 2], [3, 4]], "u1"), np.array([[1, 2], [3, 4]], "f2"),
    np.asfortranarray(np.array([[1, 2], [3, 4]])),
])
def test_call_casts_to_the_dtype(x):
    for dtype in ("float32", "float64"):
        got = layers.Rescaling(2.0, dtype=dtype)(x)
        assert got.dtype == dtype
        np.testing.assert_array_equal(got, [[2, 4], [6, 8]])


def test_base_layer_changes_nothing():
    x = np.arange(6.0, dtype="f4").reshape(2, 3)
    layer = Layer()
    assert layer.compute_output_shape([None, 3]) == (None, 3)
    np.testing.assert_array_equal(layer(x), x)
    assert layer.built
    np.testing.assert_array_equal(Sequential([layers.Input((3,)), layer]).predict(x), x)


def test_python_code_of_a_subclass_is_not_ignored():
    class Double(Layer):
        def call(self, inputs, training=None):
            return 2 * inputs

    np.testing.assert_array_equal(Double()(np.ones((1, 2))), 2)
    model = Sequential([layers.Input((2,)), Double()])
    with pytest.raises(NotImplementedError, match=r"Double must override `stages"):
        model.predict(np.ones((1, 2)))


def test_subclasses_of_dense():
    """What changes the configuration works; Python code in `call` does not train, and says so."""

    class Wide(layers.Dense):
        def __init__(self, factor=2, **kwargs):
            super().__init__(2 * factor, activation="relu", **kwargs)

    class Doubled(layers.Dense):
        def call(self, inputs, training=None):
            return 2 * super().call(inputs, training=training)

    x = np.ones((3, 2), "f4")
    model = Sequential([Wide(3), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.fit(x, x[:, :1], verbose=0).history["loss"] and model.layers[0].units == 6
    plain, doubled = layers.Dense(2), Doubled(2)
    for layer in (plain, doubled):
        layer.build((None, 2))
        layer.set_weights([np.eye(2), np.ones(2)])
    np.testing.assert_array_equal(doubled(x), 2 * plain(x))
    with pytest.raises(NotImplementedError, match=r"Doubled must override `stages"):
        Sequential([layers.Input((2,)), doubled]).predict(x)


def test_a_subclass_with_its_own_stages():
    class Shrunk(layers.Rescaling):
        def stages(self, input_shape):
            return [stage._replace(scale=stage.scale / 2) for stage in super().stages(input_shape)]

    model = Sequential([layers.Input((2,)), Shrunk(4.0)])
    np.testing.assert_array_equal(model.predict(np.ones((1, 2))), 2)


def test_config_round_trip(kind):
    layer = kind(name="mine", dtype="float64")
    settings = layer.get_config()
    again = type(layer).from_config(settings)
    assert again.get_config() == settings
    assert (again.name, again.dtype) == ("mine", "float64")


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies(duplicate):
    layer = layers.Dense(3, activation="relu")
    layer.build((None, 2))
    other = duplicate(layer)
    x = np.array([[1.0, -2.0]])
    np.testing.assert_array_equal(other(x), layer(x))
    other.bias.assign(np.ones(3))
    np.testing.assert_array_equal(layer.bias.value, 0)


def test_activity_regularizer_that_the_engine_does_not_know():
    model = Sequential([layers.Dense(2, activity_regularizer="orthogonal_regularizer")])
    with pytest.raises(ValueError, match="Dense: expected activity_regularizer to be L1, L2 or"):
        model.predict(np.ones((1, 3)))
