"""Write building.json: what Keras 3 answers to each way of building a Sequential; see cases.py.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_building.py
"""

import pickle
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from golden.cases import Cases

case = CASES = Cases()
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def model(keras, *, shape=(3,), name="m"):
    first = [] if shape is None else [keras.Input(shape)]
    return keras.Sequential([*first, keras.layers.Dense(4, name="a"),
                             keras.layers.Dense(2, name="b")], name=name)


def names(layers):
    return [layer.name for layer in layers]


# -- the constructor and the stack -----------------------------------------------------------------


@case()
def constructor_takes_any_iterable(keras):
    dense = keras.layers.Dense
    return [len(keras.Sequential(given).layers) for given in (
        None, [], (dense(1), dense(2)), [dense(1)])]


@case()
def constructor_arguments(keras):
    m = keras.Sequential([keras.layers.Dense(1)], False, "given")
    return [m.name, m.trainable, m.built]


@case("Only instances of `keras.Layer` can be added to a Sequential model. Received: 3 (of type "
      "<class 'int'>)")
def add_no_layer(keras):
    keras.Sequential().add(3)


@case("already been configured")
def second_input(keras):
    keras.Sequential([keras.Input((3,)), keras.Input((3,))])


@case("already been configured")
def second_input_layer(keras):
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(1),
                      keras.layers.InputLayer(shape=(3,))])


@case("should have unique names")
def same_name_twice(keras):
    keras.Sequential([keras.layers.Dense(1, name="a"), keras.layers.Dense(1, name="a")])


@case()
def layers_without_the_input(keras):
    return names(model(keras).layers)


@case("Use `add()` and `pop()`")
def layers_are_read_only(keras):
    model(keras).layers = []


@case()
def pop(keras):
    m = model(keras)
    return [m.pop().name, m.built, names(m.layers), m.output_shape, len(m.weights)]


@case()
def pop_and_add(keras):
    m = model(keras)
    m.pop()
    m.add(keras.layers.Dense(7))
    return [m.output_shape, [v.shape for v in m.weights]]


@case()
def pop_of_the_last(keras):
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    m.pop()
    return [m.built, m.weights, names(m.layers)]


@case()
def add_and_pop_take_rebuild(keras):
    m = keras.Sequential([keras.Input((3,))])
    m.add(keras.layers.Dense(2), rebuild=True)
    m.add(keras.layers.Dense(4), rebuild=True)
    m.pop(rebuild=True)
    return [m.built, m.output_shape]


@case()
def nested(keras):
    m = keras.Sequential([model(keras, name="inner"), keras.layers.Dense(5, name="top")])
    return [m.built, names(m.layers), m.input_shape, m.output_shape, len(m.weights)]


@case()
def nested_unbuilt(keras):
    m = keras.Sequential([model(keras, shape=None, name="inner"), keras.layers.Dense(5)])
    before = m.built
    m.build((None, 3))
    return [before, m.built, m.layers[0].built, m.output_shape, len(m.weights)]


@case()
def nested_paths(keras):
    m = keras.Sequential([keras.Input((3,)), model(keras, shape=None, name="inner")], name="outer")
    return [v.path for v in m.weights]


@case()
def nested_after_it_was_built(keras):
    m = keras.Sequential([keras.Input((3,)), model(keras, name="inner")], name="outer")
    return [[v.path for v in m.weights], m.get_layer("inner").get_layer("a").units]


@case()
def nested_twice(keras):
    inner = keras.Sequential([keras.layers.Dense(4, name="a")], name="inner")
    middle = keras.Sequential([inner, keras.layers.Dense(2, name="b")], name="middle")
    outer = keras.Sequential([keras.Input((3,)), middle], name="outer")
    return [[v.path for v in outer.weights], names(outer.layers), outer.count_params(),
            outer.output_shape]


@case()
def layer_shared_by_two_models(keras):
    shared = keras.layers.Dense(4, name="shared")
    one = keras.Sequential([keras.Input((3,)), shared], name="one")
    two = keras.Sequential([keras.Input((3,)), shared, keras.layers.Dense(2)], name="two")
    same = bool((one.get_weights()[0] == two.get_weights()[0]).all())
    return [[v.path for v in two.weights], same]


@case()
def layer_built_by_hand(keras):
    layer = keras.layers.Dense(4, name="a")
    layer.build((None, 3))
    alone = [v.path for v in layer.weights]
    m = keras.Sequential([keras.Input((3,)), layer], name="m")
    return [alone, [v.path for v in m.weights], m.built]


@case()
def layer_built_by_a_call(keras):
    layer = keras.layers.Dense(4, name="a", kernel_initializer="ones")
    y = layer(X)
    return [list(y.shape), layer.built, [v.path for v in layer.weights], repr(layer)]


@case()
def added_one_by_one(keras):
    m, seen = keras.Sequential(name="m"), []
    for layer in (keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2)):
        m.add(layer)
        seen.append([m.built, len(m.layers), len(m.weights)])
    return seen


@case()
def added_after_a_deferred_build(keras):
    m = model(keras, shape=None)
    m.build((None, 3))
    m.add(keras.layers.Dense(7, name="c"))
    return [m.built, m.output_shape, [v.path for v in m.weights]]


@case()
def popped_after_a_fit(keras):
    m = model(keras)
    m.compile("sgd", "mse")
    m.fit(X, X[:, :2], verbose=0)
    m.pop()
    m.add(keras.layers.Dense(5))
    m.compile("sgd", "mse")
    m.fit(X, np.zeros((4, 5)), verbose=0)
    return [m.output_shape, len(m.weights), m.predict(X, verbose=0).shape]


@case()
def two_models_of_one_name(keras):
    return [model(keras).name, model(keras).name, keras.layers.Dense(1, name="a").name]


@case()
def automatic_names_within_a_model(keras):
    dense = keras.layers.Dense
    inner = keras.Sequential([dense(1), keras.layers.Activation("relu")])
    outer = keras.Sequential([keras.Input((3,)), dense(1), inner, dense(1)])
    return [inner.name, outer.name, names(inner.layers), names(outer.layers)]


@case("Argument `name` must be a string and cannot contain character `/`.")
def name_with_a_slash(keras):
    keras.layers.Dense(1, name="a/b")


@case("Argument `name` must be a string and cannot contain character `/`.")
def name_of_a_model_that_is_no_string(keras):
    keras.Sequential(name=3)


@case()
def flatten_first(keras):
    m = keras.Sequential([keras.Input((2, 3)), keras.layers.Flatten(), keras.layers.Dense(4)])
    return [m.input_shape, m.layers[0].built, m.output_shape, m.count_params(),
            m.predict(np.zeros((5, 2, 3)), verbose=0).shape]


@case()
def no_weights_at_all(keras):
    m = keras.Sequential([keras.Input((2, 3)), keras.layers.Flatten()])
    return [m.built, m.weights, m.count_params(), m.predict(np.ones((2, 2, 3)), verbose=0).tolist()]


@case()
def dense_on_the_last_axis(keras):
    m = keras.Sequential([keras.Input((2, 3)), keras.layers.Dense(4)])
    return [m.output_shape, m.weights[0].shape, m.predict(np.zeros((5, 2, 3)), verbose=0).shape]


@case()
def input_of_bytes(keras):
    m = keras.Sequential([keras.Input((3,), dtype="uint8"), keras.layers.Rescaling(1 / 255),
                          keras.layers.Dense(2)])
    return [m.inputs[0].dtype, str(m.predict(np.full((2, 3), 255, "uint8"), verbose=0).dtype)]


@case()
def called_and_predicted_alike(keras):
    m = model(keras)
    return [np.allclose(np.asarray(m(X)), m.predict(X, verbose=0), rtol=1e-5),
            list(m(X, training=False).shape), m.predict_on_batch(X).shape]


@case()
def models_compare_by_identity(keras):
    m = model(keras)
    return [m == m, m == model(keras), len({m, m}), m.layers[0] is m.get_layer("a"),
            m.layers == m.layers]


@case()
def weights_by_other_names(keras):
    m = model(keras)
    return [m.variables == m.weights, m.trainable_variables == m.trainable_weights,
            m.non_trainable_variables == m.non_trainable_weights, len(m.variables)]


@case()
def layer_get_layer_weights(keras):
    layer = model(keras).layers[0]
    return [[w.shape for w in layer.get_weights()], layer.count_params(),
            [v.name for v in layer.trainable_weights]]


@case()
def set_weights_of_other_dtypes(keras):
    m = model(keras)
    m.set_weights([np.ones(v.shape, "float64") for v in m.weights])
    return [sorted({str(w.dtype) for w in m.get_weights()}), float(m.get_weights()[0].sum())]


@case()
def get_layer(keras):
    m = model(keras)
    return [m.get_layer("b").name, m.get_layer(name="a").name, m.get_layer(index=1).name]


@case("No such layer: zz. Existing layers are: ['a', 'b']")
def get_layer_unknown(keras):
    model(keras).get_layer("zz")


@case("Was asked to retrieve layer at index 7 but model only has 2 layers.")
def get_layer_index(keras):
    model(keras).get_layer(index=7)


@case("Provide either a layer name or")
def get_layer_nothing(keras):
    model(keras).get_layer()


@case("Provide only a layer name or a layer index")
def get_layer_both(keras):
    model(keras).get_layer("a", 0)


# -- building --------------------------------------------------------------------------------------


@case("already been configured to use input shape (None, 3)")
def build_of_another_shape(keras):
    model(keras).build((None, 5))


@case()
def build_of_the_same_shape(keras):
    m = model(keras)
    m.build((None, 3))
    return m.built


@case("cannot be built because it has no layers. Call `model.add(layer)`")
def empty_called(keras):
    keras.Sequential()(X)


@case("cannot be built because it has no layers")
def empty_built(keras):
    keras.Sequential().build((None, 3))


@case("cannot be built because it has no layers")
def empty_fitted(keras):
    m = keras.Sequential()
    m.compile(loss="mse")
    m.fit(X, X, verbose=0)


@case()
def empty_compiled(keras):
    m = keras.Sequential()
    m.compile(optimizer="rmsprop", loss="mse")
    return [m.compiled, m.built]


@case()
def deferred(keras):
    m = model(keras, shape=None)
    return [m.built, m.weights, m.get_weights(), names(m.layers), m.layers[0].built,
            m.trainable_variables]


@case()
def deferred_by_call(keras):
    m = model(keras, shape=None)
    y = m(X)
    return [m.built, list(y.shape), m.input_shape, m.output_shape, m.count_params()]


@case()
def deferred_by_predict(keras):
    m = model(keras, shape=None)
    y = m.predict(X, verbose=0)
    return [m.built, y.shape, str(y.dtype), type(y).__name__]


@case()
def deferred_by_fit(keras):
    m = model(keras, shape=None)
    m.compile("sgd", "mse")
    m.fit(X, X[:, :2], verbose=0)
    return [m.built, m.input_shape, [v.path for v in m.weights]]


@case()
def deferred_by_build(keras):
    m = model(keras, shape=None)
    m.build((4, 3))
    return [m.built, [v.shape for v in m.weights]]


@case("Sequential model 'm' has no defined input shape yet.")
def deferred_input_shape(keras):
    return model(keras, shape=None).input_shape


@case("Sequential model 'm' has no defined output shape yet.")
def deferred_output_shape(keras):
    return model(keras, shape=None).output_shape


@case("Sequential model 'm' has no defined inputs yet.")
def deferred_inputs(keras):
    return model(keras, shape=None).inputs


@case("Sequential model 'm' has no defined outputs yet.")
def deferred_outputs(keras):
    return model(keras, shape=None).outputs


@case()
def hasattr_follows_the_shape(keras):
    attributes = ("input_shape", "output_shape", "inputs", "outputs")
    return [[hasattr(m, name) for name in attributes]
            for m in (model(keras, shape=None), model(keras), keras.Sequential())]


@case()
def inputs_and_outputs(keras):
    m = model(keras)
    return [[t.shape, t.dtype] for t in (*m.inputs, *m.outputs)]


@case("You must build the layer before accessing `kernel`.")
def kernel_before_it_is_built(keras):
    return model(keras, shape=None).layers[0].kernel


@case("You tried to call `count_params` on layer 'a', but the layer isn't built. You can build it "
      "manually via: `layer.build(input_shape)`.")
def count_params_before_it_is_built(keras):
    model(keras, shape=None).layers[0].count_params()


@case("You tried to call `count_params` on layer 'm'")
def count_params_of_the_model(keras):
    model(keras, shape=None).count_params()


@case("Do not pass an `input_shape`/`input_dim` argument to a layer.")
def input_shape_on_the_first_layer(keras):
    m = keras.Sequential([keras.layers.Dense(4, input_shape=(3,)), keras.layers.Dense(2)])
    return [m.built, m.input_shape, m.output_shape, names(m.layers)]


@case("Do not pass an `input_shape`/`input_dim` argument to a layer.")
def input_dim_on_the_first_layer(keras):
    m = keras.Sequential([keras.layers.Dense(4, input_dim=3)])
    return [m.built, m.input_shape]


@case("Do not pass an `input_shape`/`input_dim` argument to a layer.")
def input_shape_ignored_further_up(keras):
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4),
                          keras.layers.Dense(2, input_shape=(99,))])
    return [m.input_shape, m.output_shape]


@case("Do not pass an `input_shape`/`input_dim` argument to a layer.")
def input_shape_warns_when_the_layer_is_made(keras):
    keras.layers.Dense(4, input_dim=3)


@case()
def compute_output_shape(keras):
    unbuilt, built = model(keras, shape=None), model(keras)
    return [unbuilt.compute_output_shape((1, 3)), unbuilt.built,
            built.compute_output_shape((1, 3)),
            keras.layers.Dense(5).compute_output_shape((1, 2))]


@case()
def compute_output_shape_is_a_tuple(keras):
    return type(model(keras).compute_output_shape((1, 3))).__name__


@case()
def input_with_a_batch(keras):
    m = keras.Sequential([keras.Input(batch_shape=(4, 3)), keras.layers.Dense(2)])
    return [m.input_shape, m.output_shape, m.built]


@case("incompatible with the layer: expected axis -1 of input shape to have value 3, but received "
      "input with shape (4, 5)")
def wrong_last_axis(keras):
    model(keras)(np.zeros((4, 5), "float32"))


# -- Input and InputLayer --------------------------------------------------------------------------


@case()
def input_is_a_keras_tensor(keras):
    tensor = keras.Input((4,))
    return [type(tensor).__name__, isinstance(tensor, keras.KerasTensor), tensor.shape,
            tensor.dtype, tensor.ndim, tensor.name, keras.Input((4,), name="x").name]


@case()
def input_layer(keras):
    layer = keras.layers.InputLayer(shape=(4,))
    return [layer.batch_shape, layer.dtype, layer.name, layer.built, layer.weights]


@case()
def input_layer_first(keras):
    m = keras.Sequential([keras.layers.InputLayer((3,)), keras.layers.Dense(2)])
    return [m.built, m.input_shape, names(m.layers)]


@case()
def input_without_a_shape_of_its_own(keras):
    return [keras.Input(()).shape, keras.Input((None, 3)).shape,
            keras.Input((3,), batch_size=7).shape, keras.Input(batch_shape=(2, 3)).shape]


@case("cannot pass both `shape` and `batch_shape`")
def input_shape_and_batch_shape(keras):
    keras.layers.InputLayer(shape=(3,), batch_shape=(None, 3))


@case("cannot pass both `batch_size` and `batch_shape`")
def input_batch_size_and_batch_shape(keras):
    keras.layers.InputLayer(batch_size=3, batch_shape=(None, 3))


@case("pass a `shape` argument.")
def input_nothing(keras):
    keras.layers.InputLayer()


@case("Argument `input_tensor` must be a KerasTensor")
def input_of_an_array(keras):
    keras.layers.InputLayer(input_tensor=X)


@case("Argument `input_shape` is deprecated. Use `shape` instead.")
def input_by_input_shape(keras):
    return keras.layers.InputLayer(input_shape=(3,)).batch_shape


# -- names and variables ---------------------------------------------------------------------------


@case()
def automatic_names(keras):
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(2),
                          keras.layers.Flatten()])
    return [m.name, names(m.layers), keras.Sequential().name, keras.optimizers.RMSprop().name,
            keras.layers.InputLayer((3,)).name]


@case()
def automatic_names_restart(keras):
    first = keras.layers.Dense(1).name
    keras.utils.clear_session()
    return [first, keras.layers.Dense(1).name, keras.layers.Dense(1).name]


@case()
def variables(keras):
    return [[v.name, v.path, v.shape, v.dtype, v.trainable, type(v.numpy()).__name__,
             isinstance(v, keras.Variable)] for v in model(keras).weights]


@case()
def variable_values(keras):
    v = model(keras).layers[0].bias
    v.assign(np.arange(4.0))
    return [v.numpy().tolist(), np.asarray(v.value).tolist(), np.asarray(v).tolist()]


@case()
def variable_of_a_users_own(keras):
    v = keras.Variable(np.zeros((2, 3)), name="w", trainable=False)
    v.assign_add(np.ones((2, 3)))
    v.assign_sub(np.full((2, 3), 0.25))
    return [v.name, v.shape, v.dtype, v.trainable, v.ndim, v.numpy().tolist(), len(v.shape)]


@case()
def variable_of_an_initializer(keras):
    v = keras.Variable("ones", shape=(2,))
    w = keras.Variable(keras.initializers.Constant(3.0), shape=(1,), dtype="float64")
    return [v.numpy().tolist(), w.numpy().tolist(), w.dtype]


@case("The shape of the target variable and the shape of the")
def variable_of_another_shape(keras):
    keras.Variable(np.zeros(3)).assign(np.zeros(4))


@case()
def representations(keras):
    return [repr(model(keras)), repr(model(keras, shape=None)), repr(keras.layers.Dense(3)),
            repr(model(keras).layers[0]), repr(model(keras).layers[0].bias)]


@case()
def weights_are_lists_of_arrays(keras):
    weights = model(keras).get_weights()
    return [[type(w).__name__, w.shape, str(w.dtype)] for w in weights]


@case()
def set_weights(keras):
    m = model(keras)
    m.set_weights([np.full(v.shape, i) for i, v in enumerate(m.weights)])
    return [w.tolist() for w in m.get_weights()]


@case("You called `set_weights(weights)` on layer 'm' with a weight list of length 1, but the "
      "layer was expecting 4 weights.")
def set_too_few_weights(keras):
    model(keras).set_weights([np.zeros(1)])


@case("Layer a weight shape (3, 4) is not compatible with provided weight shape (2, 2).")
def set_weights_of_another_shape(keras):
    model(keras).layers[0].set_weights([np.zeros((2, 2)), np.zeros(4)])


@case()
def trainable(keras):
    m = model(keras)
    m.layers[0].trainable = False
    split = [[v.path for v in m.trainable_weights], [v.path for v in m.non_trainable_weights]]
    m.trainable = False
    return [split, m.trainable_weights, [layer.trainable for layer in m.layers],
            len(m.non_trainable_variables), m.trainable]


@case()
def trainable_again(keras):
    m = model(keras)
    m.trainable = False
    m.trainable = True
    m.get_layer("a").trainable = False
    return [v.path for v in m.trainable_variables]


@case()
def trainable_on_the_layer(keras):
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, trainable=False, name="a"),
                          keras.layers.Dense(2, name="b")], name="m")
    return [len(m.trainable_weights), len(m.non_trainable_weights), m.count_params()]


@case()
def trainable_takes_effect_at_compile(keras):
    m = model(keras)
    m.layers[0].trainable = False
    m.compile("sgd", "mse")
    before = m.get_weights()
    m.fit(X, X[:, :2], verbose=0)
    return [bool((a == b).all()) for a, b in zip(before, m.get_weights(), strict=True)]


@case()
def pickling(keras):
    m = model(keras)
    again = pickle.loads(pickle.dumps(m))
    same = all((a == b).all() for a, b in zip(m.get_weights(), again.get_weights(), strict=True))
    return [again.name, names(again.layers), again.built, same]


@case()
def dtypes(keras):
    layer = keras.layers.Dense(2, dtype="float64")
    return [layer.dtype, layer.compute_dtype, layer.variable_dtype, layer.dtype_policy.name,
            layer.supports_masking, layer.built]


@case()
def subclass_of_sequential(keras):
    class Net(keras.Sequential):
        def __init__(self):
            super().__init__([keras.Input((3,)), keras.layers.Dense(2, name="a")])

    m = Net()
    return [m.name, isinstance(m, keras.Model), isinstance(m, keras.layers.Layer),
            isinstance(m, keras.Sequential), isinstance(m, keras.models.Model), m.output_shape,
            [v.path for v in m.weights]]


@case()
def model_is_sequential(keras):
    return [issubclass(keras.Sequential, keras.Model), keras.models.Sequential is keras.Sequential,
            issubclass(keras.Model, keras.Layer)]


if __name__ == "__main__":
    import keras

    CASES.write(keras, Path(__file__).with_name("building.json"))
