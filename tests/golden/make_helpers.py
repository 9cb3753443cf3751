"""Write helpers.json: what Keras 3 answers about identifiers and configs of initializers,
regularizers and constraints, about variables, settings, utils and random seeds; see cases.py.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_helpers.py
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from golden.cases import Cases

case = CASES = Cases()
W = np.array([[3.0, -1.0, 0.0], [-4.0, 0.5, 2.0]], "float32")
FAMILIES = ("initializers", "regularizers", "constraints")
IDENTIFIERS = {
    "initializers": "zeros Zeros zero ones one normal uniform random_normal "
                    "RandomUniform truncated_normal variance_scaling VarianceScaling identity "
                    "IdentityInitializer orthogonal OrthogonalInitializer he_normal HeUniform "
                    "glorot_uniform GlorotNormal lecun_normal LecunUniform",
    "regularizers": "l1 L1 l2 L2 l1l2 L1L2 orthogonal_regularizer OrthogonalRegularizer",
    "constraints": "max_norm MaxNorm min_max_norm non_neg NonNeg unit_norm UnitNorm",
}


def objects(keras):
    """One of each kind, with arguments that are not the defaults."""
    initializers, regularizers, constraints = (getattr(keras, family) for family in FAMILIES)
    return [
        initializers.Zeros(), initializers.Constant(2.5), initializers.RandomNormal(1.0, 2.0, 3),
        initializers.RandomUniform(-1.0, 1.0, 5), initializers.TruncatedNormal(0.5, 0.25, 7),
        initializers.VarianceScaling(2.0, "fan_avg", "uniform", 9), initializers.HeNormal(11),
        initializers.GlorotUniform(), initializers.Orthogonal(2.0, 13),
        regularizers.L1(0.5), regularizers.L2(0.25), regularizers.L1L2(0.5, 0.25),
        regularizers.OrthogonalRegularizer(0.5, "columns"),
        constraints.MaxNorm(3.0, 1), constraints.NonNeg(), constraints.UnitNorm(1),
        constraints.MinMaxNorm(0.5, 2.0, 0.75, 1),
    ]


# -- identifiers and configs -----------------------------------------------------------------------


@case()
def identifiers(keras):
    return {family: [type(getattr(keras, family).get(name)).__name__ for name in names.split()]
            for family, names in IDENTIFIERS.items()}


@case()
def identifiers_that_are_no_names(keras):
    seen = []
    for family in FAMILIES:
        module = getattr(keras, family)
        seen += [module.get(None), module.get(abs) is abs if family != "regularizers" else True]
    return seen


@case()
def serialized(keras):
    return [getattr(keras, family).serialize(thing) for thing in objects(keras)
            for family in FAMILIES if type(thing).__name__ in dir(getattr(keras, family))]


@case()
def deserialized(keras):
    return [type(getattr(keras, family).deserialize(getattr(keras, family).serialize(thing))
                 ).__name__ for thing in objects(keras)
            for family in FAMILIES if type(thing).__name__ in dir(getattr(keras, family))]


@case()
def configs_make_copies(keras):
    return [type(thing).from_config(thing.get_config()).get_config() for thing in objects(keras)]


@case("Could not interpret initializer identifier: foo")
def unknown_initializer(keras):
    keras.initializers.get("foo")


@case("Could not interpret regularizer identifier: foo")
def unknown_regularizer(keras):
    keras.regularizers.get("foo")


@case("Could not interpret constraint identifier: foo")
def unknown_constraint(keras):
    keras.constraints.get("foo")


@case("Could not interpret initializer identifier: foo")
def unknown_initializer_of_a_layer(keras):
    keras.layers.Dense(1, kernel_initializer="foo")


@case("Expected `shape` to be (2, 3)")
def array_as_initializer_of_another_shape(keras):
    keras.initializers.get(W)((3, 2))


@case()
def array_as_initializer(keras):
    return keras.initializers.get(W)((2, 3))


@case("Argument `scale` must be positive float.")
def negative_scale(keras):
    keras.initializers.VarianceScaling(scale=-1.0)


@case("Invalid `mode` argument: x.")
def unknown_mode(keras):
    keras.initializers.VarianceScaling(mode="x")


@case("Invalid `distribution` argument: x.")
def unknown_distribution(keras):
    keras.initializers.VarianceScaling(distribution="x")


@case("`seed` argument should be an instance of")
def wrong_seed(keras):
    keras.initializers.HeNormal(seed=1.5)


@case("Initializer subclasses must implement the `__call__()` method.")
def initializer_without_call(keras):
    keras.initializers.Initializer()((2,))


@case("Identity matrix initializer can only be used for 2D matrices.")
def identity_of_a_row(keras):
    keras.initializers.Identity()((3,))


@case("he tensor to initialize must be at least two-dimensional.")
def orthogonal_of_a_row(keras):
    keras.initializers.Orthogonal()((3,))


@case("Invalid value for argument l1: expected a non-negative float.")
def negative_penalty(keras):
    keras.regularizers.L1(-1.0)


@case("Invalid value for argument `mode`. Expected one of")
def orthogonal_mode(keras):
    keras.regularizers.OrthogonalRegularizer(mode="x")


@case("Inputs to OrthogonalRegularizer must have rank 2.")
def orthogonal_rank(keras):
    keras.regularizers.OrthogonalRegularizer()(np.ones(3, "float32"))


@case("does not implement get_config()")
def regularizer_without_config(keras):
    keras.regularizers.Regularizer().get_config()


@case()
def penalties(keras):
    return [round(float(getattr(keras.regularizers, name)()(W)), 6)
            for name in ("L1", "L2", "L1L2", "OrthogonalRegularizer")]


@case()
def constrained(keras):
    return [np.round(np.asarray(constraint(W)), 5) for constraint in (
        keras.constraints.MaxNorm(), keras.constraints.NonNeg(), keras.constraints.UnitNorm(),
        keras.constraints.MaxNorm(1.0, axis=[0, 1]), keras.constraints.MinMaxNorm(2.0, 3.0, 0.5))]


@case()
def losses_of_a_layer(keras):
    layer = keras.layers.Dense(2, kernel_regularizer="l2", bias_regularizer="l1",
                               kernel_initializer="ones", bias_initializer="ones")
    layer.build((None, 3))
    seen = [[round(float(loss), 6) for loss in layer.losses]]
    layer.trainable = False
    return [*seen, len(layer.losses), len(layer.weights)]


# -- utils -----------------------------------------------------------------------------------------


@case()
def one_hot(keras):
    to_categorical = keras.utils.to_categorical
    results = [to_categorical([0, 2]), to_categorical([[1], [0]]), to_categorical([[0, 1], [1, 0]]),
               to_categorical([0, 1], 4), to_categorical(np.array([1.7, 0.0])), to_categorical([1])]
    return [results, [str(r.dtype) for r in results], to_categorical([], 3).shape]


@case("is out of bounds")
def one_hot_of_too_large_a_label(keras):
    keras.utils.to_categorical([0, 2], 2)


@case()
def normalized(keras):
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, -1.0]])
    return [np.round(keras.utils.normalize(rows, order=order), 6) for order in (1, 2, np.inf)]


@case("Expected `seed` argument to be an integer")
def seed_that_is_no_integer(keras):
    keras.utils.set_random_seed("1")


@case("Seed must be between 0 and 2**32 - 1")
def seed_out_of_range(keras):
    keras.utils.set_random_seed(-1)


@case()
def seeded_runs_are_alike(keras):
    def run():
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(W, W[:, :2], epochs=2, batch_size=1, verbose=0)
        return [model.get_weights()[0], np.random.rand()]

    first, second = run(), run()
    return [bool((first[0] == second[0]).all()), first[1] == second[1]]


@case('specify the "origin" argument')
def file_from_nowhere(keras):
    keras.utils.get_file("a.csv")


@case("Paths are no longer accepted as the `fname` argument.")
def file_with_a_path(keras):
    keras.utils.get_file("a/b.csv", "http://example.org/b.csv")


# -- settings --------------------------------------------------------------------------------------


@case()
def settings(keras):
    config = keras.config
    return [config.floatx(), config.epsilon(), config.image_data_format(),
            config.dtype_policy().name, config.max_epochs(), config.max_steps_per_epoch(),
            config.is_interactive_logging_enabled(), config.is_traceback_filtering_enabled(),
            keras.backend.floatx(), keras.backend.epsilon()]


@case("Unknown `floatx` value:")
def unknown_floatx(keras):
    keras.config.set_floatx("int8")


@case("The `data_format` argument must be one of")
def unknown_data_format(keras):
    keras.config.set_image_data_format("first")


@case("Invalid `policy` argument.")
def wrong_policy(keras):
    keras.config.set_dtype_policy(3)


@case("Cannot convert 'foo' to a")
def unknown_policy(keras):
    keras.config.set_dtype_policy("foo")


@case("Cannot interpret `dtype` argument.")
def wrong_dtype_of_a_layer(keras):
    keras.layers.Dense(1, dtype=3)


@case()
def policies(keras):
    policy = keras.DTypePolicy("float64")
    layer = keras.layers.Dense(1, dtype=policy)
    return [repr(policy), policy == keras.DTypePolicy("float64"), policy == "float64",
            policy.compute_dtype, policy.variable_dtype, policy.get_config(),
            keras.dtype_policies.serialize(policy), keras.dtype_policies.get("float32").name,
            repr(layer.dtype_policy), layer.dtype]


@case()
def policy_of_new_layers(keras):
    keras.config.set_dtype_policy("float64")
    seen = [keras.layers.Dense(1).dtype, keras.config.floatx(), keras.DTypePolicy().name]
    keras.utils.clear_session()
    return [*seen, keras.layers.Dense(1).dtype, keras.config.dtype_policy().name]


@case()
def floatx_of_new_layers_and_variables(keras):
    keras.config.set_floatx("float64")
    try:
        return [keras.layers.Dense(1).dtype, keras.Variable("zeros", shape=(2,)).dtype,
                keras.Input((3,)).dtype, str(np.asarray(keras.initializers.Ones()((2,))).dtype)]
    finally:
        keras.config.set_floatx("float32")


@case()
def versions(keras):
    return [isinstance(keras.__version__, str), keras.version() == keras.__version__]


# -- variables and seeds ---------------------------------------------------------------------------


@case()
def dtypes_of_variables(keras):
    return [keras.Variable(value).dtype for value in (
        [1, 2], [1.0, 2.0], 3, 2.5, np.arange(3), np.float64(2), np.zeros(2), True,
        np.zeros(2, "float32"))]


@case()
def names_of_variables(keras):
    return [keras.Variable(1.0).name, keras.Variable(1.0).path, keras.Variable(1.0, name="w").path]


@case("Argument `name` must be a string and cannot contain character `/`.")
def variable_with_a_slash(keras):
    keras.Variable(1.0, name="a/b")


@case("the `shape` argument should be specified.")
def variable_without_a_shape(keras):
    keras.Variable("ones")


@case("A Keras Variable cannot be used as a boolean.")
def variable_as_a_condition(keras):
    return bool(keras.Variable(1.0))


@case()
def arithmetic_of_variables(keras):
    v = keras.Variable(W)
    return [np.asarray(result) for result in (
        v + 1, 2 * v, v - W, -v, abs(v), v / 2, v > 0, v[0], v ** 2, float(keras.Variable(2.5)))]


@case()
def assigned(keras):
    v = keras.Variable(W)
    return [np.asarray(v.assign(W * 2)), np.asarray(v.assign_add(W)), np.asarray(v.assign_sub(W)),
            v.numpy(), v.dtype]


@case()
def seed_generator(keras):
    generator = keras.random.SeedGenerator(7)
    first, second = np.asarray(generator.next()), np.asarray(generator.next())
    return [np.asarray(generator.state), bool((first != second).any()),
            generator.get_config()["seed"], generator.name]


@case("Argument `seed` must be an integer")
def seed_generator_of_a_string(keras):
    keras.random.SeedGenerator("a")


if __name__ == "__main__":
    import keras

    CASES.write(keras, Path(__file__).with_name("helpers.json"))
