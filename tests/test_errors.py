"""The table of bad inputs: each is a clear error, and nothing has been touched."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers

N, F, C = 20, 6, 3
RNG = np.random.default_rng(0)
X = RNG.standard_normal((N, F)).astype("f4")
LABELS = RNG.integers(0, C, N)
ONE_HOT = np.eye(C, dtype="f4")[LABELS]


def net():
    return keras.Sequential([keras.Input((F,)), layers.Dense(4, activation="relu", name="hidden"),
                             layers.Dense(C, activation="softmax", name="out")], name="net")


def trained(loss):
    """A model in the middle of its life: weights, optimizer state and History to lose."""
    model = net()
    model.compile("rmsprop", loss, metrics=["accuracy"])
    model.fit(X, LABELS if loss.startswith("sparse") else ONE_HOT, verbose=0)
    return model


@pytest.fixture(scope="module")
def sparse():
    return trained("sparse_categorical_crossentropy")


@pytest.fixture(scope="module")
def categorical():
    return trained("categorical_crossentropy")


def state(model):
    optimizer = [] if model.optimizer is None else [v.numpy() for v in model.optimizer.variables]
    history = model.history and {name: list(v) for name, v in model.history.history.items()}
    return model.get_weights(), optimizer, history


def check(model, call, error, *phrases):
    """`call` raises `error` with all the phrases, and leaves `model` as it was."""
    weights, optimizer, history = state(model)
    with pytest.raises(error) as raised:
        call(model)
    message = str(raised.value)
    for phrase in phrases:
        assert phrase in message
    assert len(message) < 600
    after = state(model)
    for a, b in zip([*weights, *optimizer], [*after[0], *after[1]], strict=True):
        np.testing.assert_array_equal(a, b)
    assert after[2] == history


def changed(array, at, value):
    array = array.astype("f4")
    array[at] = value
    return array


def fit(x=X, y=LABELS, **keywords):
    return lambda model: model.fit(x, y, **{"verbose": 0, **keywords})


# -- samples: every method that takes them ---------------------------------------------------------

SAMPLES = {
    "too many features": (np.zeros((N, F + 1)), ValueError, (
        "Input 0", "layer 'hidden' is incompatible with the layer", "expected axis -1",
        "to have value 6", "received input with shape (20, 7)")),
    "too few features": (np.zeros((N, 1)), ValueError, ("to have value 6", "(20, 1)")),
    "images": (np.zeros((N, 2, 3)), ValueError, ("(20, 2, 3)", "x.reshape(len(x), -1)")),
    "rank too high": (np.zeros((N, 2, F)), ValueError, ("samples of shape (6,)", "(20, 2, 6)")),
    "rank too low": (np.zeros(N), ValueError, ("min_ndim=2", "found ndim=1", "(20,)")),
    "a number": (np.float32(1), ValueError, ("x", "a single number")),
    "lists": (X.tolist(), ValueError, ("Unrecognized data type: x=[[", "list", "np.asarray(x)")),
    "a string": ("mnist.npz", ValueError, ("Unrecognized data type: x='mnist.npz'",)),
    "a dict": ({"x": X}, ValueError, ("Unrecognized data type: x={'x'",)),
    "objects": (X.astype(object), TypeError, ("x: expected an array of real", "dtype object")),
    "complex": (X.astype("c8"), TypeError, ("x: expected an array of real", "complex64")),
    "text": (X.astype("U4"), TypeError, ("x: expected an array of real", "<U4")),
    "dates": (np.zeros((N, F), "M8[s]"), TypeError, ("datetime64",)),
}


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch",
                                    "predict", "predict_on_batch", "predict_classes", "__call__"])
@pytest.mark.parametrize("case", SAMPLES)
def test_samples(sparse, case, method):
    x, error, phrases = SAMPLES[case]
    takes_y = method in ("fit", "evaluate", "train_on_batch", "test_on_batch")
    args = (x, LABELS) if takes_y else (x,)
    if case == "a number" and takes_y:
        args = (x, np.float32(0))
    check(sparse, lambda m: getattr(m, method)(*args), error, *phrases)


# -- targets ---------------------------------------------------------------------------------------

SPARSE_TARGETS = {
    "label too large": (changed(LABELS, 3, C), ValueError, (
        "y: expected class numbers from 0 to 2", "Received: 3.0 at sample 3")),
    "negative label": (np.full(N, -1), ValueError, ("from 0 to 2", "Received: -1 at sample 0")),
    "NaN label": (changed(LABELS, 5, np.nan), ValueError, ("class numbers", "nan at sample 5")),
    "infinite label": (changed(LABELS, 5, np.inf), ValueError, ("inf at sample 5",)),
    "fractional label": (changed(LABELS, 2, 0.5), ValueError, ("integers", "0.5 at sample 2")),
    "one-hot rows": (ONE_HOT, ValueError, ("y of shape (20, 3)", "categorical_crossentropy")),
    "lists": (LABELS.tolist(), ValueError, ("Unrecognized data type: y=[", "np.asarray(y)")),
    "objects": (LABELS.astype(object), TypeError, ("y: expected", "dtype object")),
    "strings": (LABELS.astype(str), TypeError, ("y: expected an array of real", "<U")),
    "complex": (LABELS.astype("c8"), TypeError, ("complex64",)),
    "too few": (LABELS[:-1], ValueError, (
        "Data cardinality is ambiguous", "'x' sizes: 20", "'y' sizes: 19")),
    "none": (None, ValueError, ("x and y", "y=None")),
}
CATEGORICAL_TARGETS = {
    "too wide": (np.zeros((N, C + 1)), ValueError, (
        "`target` and `output` must have the same shape", "target.shape=(None, 4)",
        "output.shape=(None, 3)", "3 units")),
    "too narrow": (np.zeros((N, C - 1)), ValueError, ("target.shape=(None, 2)",)),
    "class numbers": (LABELS, ValueError, (
        "`target` and `output` must have the same rank (ndim)", "target.shape=(None,)",
        "sparse_categorical_crossentropy", "to_categorical")),
    "NaN": (changed(ONE_HOT, (4, 1), np.nan), ValueError, (
        "targets that are numbers", "nan at sample 4")),
}


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
@pytest.mark.parametrize("case", SPARSE_TARGETS)
def test_labels(sparse, case, method):
    y, error, phrases = SPARSE_TARGETS[case]
    check(sparse, lambda m: getattr(m, method)(X, y), error, *phrases)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
@pytest.mark.parametrize("case", CATEGORICAL_TARGETS)
def test_targets(categorical, case, method):
    y, error, phrases = CATEGORICAL_TARGETS[case]
    check(categorical, lambda m: getattr(m, method)(X, y), error, *phrases)


@pytest.mark.parametrize("case", ["label too large", "NaN label", "one-hot rows", "too few"])
def test_labels_of_the_validation(sparse, case):
    y, error, phrases = SPARSE_TARGETS[case]
    check(sparse, fit(validation_data=(X, y)), error, *phrases)


# -- arguments of fit ------------------------------------------------------------------------------

NEVER = {
    "no data": (fit(X[:0], LABELS[:0]), ValueError, ("at least one sample", "(0, 6)")),
    "x is None": (fit(None), ValueError, ("x and y", "x=None")),
    "split of everything": (fit(validation_split=1.0), ValueError, (
        "20 samples", "not sufficient to split it", "validation_split=1.0")),
    "split of nearly everything": (fit(validation_split=0.99), ValueError, (
        "not sufficient to split it", "validation_split=0.99")),
    "negative split": (fit(validation_split=-0.1), ValueError, ("validation_split=-0.1",)),
    "batch_size 0": (fit(batch_size=0), ValueError, (
        "batch_size: expected an integer of at least 1", "batch_size=0")),
    "batch_size -1": (fit(batch_size=-1), ValueError, ("batch_size=-1",)),
    "batch_size 1.5": (fit(batch_size=1.5), ValueError, ("an integer", "batch_size=1.5")),
    "batch_size True": (fit(batch_size=True), ValueError, ("batch_size=True",)),
    "batch_size '8'": (fit(batch_size="8"), ValueError, ("batch_size='8'",)),
    "epochs -1": (fit(epochs=-1), ValueError, ("epochs: expected an integer", "epochs=-1")),
    "epochs 1.5": (fit(epochs=1.5), ValueError, ("epochs=1.5",)),
    "initial_epoch -1": (fit(initial_epoch=-1), ValueError, ("initial_epoch=-1",)),
    "steps_per_epoch": (fit(steps_per_epoch=0), ValueError, ("steps_per_epoch: expected an int",)),
    "validation_steps": (fit(validation_data=(X, LABELS), validation_steps=-1), ValueError, (
        "validation_steps: expected an integer",)),
    "validation_freq 0": (fit(validation_split=0.2, validation_freq=0), ValueError, (
        "Expected `validation_freq` to be a list or int", "validation_freq=0")),
    "validation_freq 2.5": (fit(validation_split=0.2, validation_freq=2.5), ValueError, (
        "validation_freq=2.5 of the type <class 'float'>",)),
    "validation_freq True": (fit(validation_split=0.2, validation_freq=True), ValueError, (
        "validation_freq=True of the type <class 'bool'>",)),
    "validation_freq in words": (fit(validation_split=0.2, validation_freq="2"), ValueError, (
        "validation_freq='2' of the type <class 'str'>",)),
    "split of batches": (fit(((X, LABELS) for _ in "ab"), None, validation_split=0.5), ValueError, (
        "`validation_split` is only supported for tensors or NumPy arrays", "generator")),
    "targets beside batches": (fit((X, LABELS) for _ in "ab"), ValueError, (
        "When providing `x` as a generator, `y` should not be passed. Instead, the targets",)),
    "weights beside batches": (
        fit(((X, LABELS) for _ in "ab"), None, sample_weight=np.ones(N)), ValueError,
        ("When providing `x` as a generator, `sample_weights` should not be passed",)),
    "no batches": (fit((batch for batch in ()), None, shuffle=False), ValueError, (
        "must yield at least one batch",)),
    "batches without targets": (fit(((X,) for _ in "ab"), None, shuffle=False), ValueError, (
        "must return a tuple",)),
    "batches of text": (fit((word for word in "ab"), None, shuffle=False), ValueError, (
        "The generator must return a tuple, either (input,) or (inputs, targets)", "Received: a")),
    "batches of four": (fit(((X, LABELS, None, 3) for _ in "ab"), None, shuffle=False), ValueError,
                        ("`x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`",)),
    "a wrong batch": (fit(((X[:, :2], LABELS) for _ in "ab"), None, shuffle=False), ValueError, (
        "to have value 6", "(20, 2)")),
    "a set": (fit({1, 2}, None), ValueError, ("y=None",)),
    "validation_batch_size": (fit(validation_data=(X, LABELS), validation_batch_size=-2),
                              ValueError, ("validation_batch_size", "-2")),
    "validation_data": (fit(validation_data=X), ValueError, (
        "validation_data: expected a tuple (x, y) or (x, y, sample_weight)", "ndarray")),
    "validation_data of one": (fit(validation_data=(X,)), ValueError, ("validation_data", "tuple")),
    "validation_data of four": (fit(validation_data=(X, LABELS, None, 3)), ValueError, (
        "validation_data", "tuple")),
    "verbose": (fit(verbose=3), ValueError, ("verbose", "3")),
    "verbose in words": (fit(verbose="loud"), ValueError, ("verbose", "'loud'")),
    "sample_weight too short": (fit(sample_weight=np.ones(3)), ValueError, (
        "Data cardinality", "'sample_weight' sizes: 3")),
    "sample_weight of rank 2": (fit(sample_weight=np.ones((N, 2))), ValueError, (
        "sample_weight", "(20, 2)")),
    "sample_weight in a list": (fit(sample_weight=[1.0] * N), ValueError, (
        "Unrecognized data type: sample_weight",)),
    "class_weight in a list": (fit(class_weight=[1.0, 2.0]), ValueError, (
        "class_weight: expected a dict",)),
    "both weights": (fit(class_weight={0: 1.0}, sample_weight=np.ones(N)), ValueError, (
        "You cannot `class_weight` and `sample_weight` at the same time",)),
    "unknown keyword": (fit(nb_epoch=3), TypeError, ("unexpected keyword argument 'nb_epoch'",)),
    "evaluate steps": (lambda m: m.evaluate(X, LABELS, steps=0), ValueError, (
        "steps: expected an integer of at least 1", "steps=0")),
    "evaluate foo": (lambda m: m.evaluate(X, LABELS, foo=1), ValueError, (
        "Arguments not recognized: {'foo': 1}",)),
    "evaluate batch_size": (lambda m: m.evaluate(X, LABELS, batch_size=0), ValueError, (
        "batch_size=0",)),
    "evaluate nothing": (lambda m: m.evaluate(X[:0], LABELS[:0]), ValueError, ("at least one",)),
    "predict steps": (lambda m: m.predict(X, steps=1.5), ValueError, ("steps=1.5",)),
    "predict a set": (lambda m: m.predict({1, 2}), ValueError, (
        "Unrecognized data type: x={1, 2} (of type <class 'set'>)",)),
    "both weights of one batch": (
        lambda m: m.train_on_batch(X, LABELS, np.ones(N), {0: 1.0}), ValueError,
        ("Arguments `sample_weight` and `class_weight` cannot be specified at the same time",)),
    "predict batch_size": (lambda m: m.predict(X, batch_size=0, verbose=1), ValueError, (
        "batch_size=0",)),
    "few weights": (lambda m: m.set_weights(m.get_weights()[:1]), ValueError, (
        "You called `set_weights(weights)` on layer 'net' with a weight list of length 1",
        "was expecting 4 weights")),
    "weights in another order": (lambda m: m.set_weights(m.get_weights()[::-1]), ValueError, (
        "Layer net weight shape (6, 4) is not compatible with provided weight shape (3,)",)),
    "last weight wrong": (lambda m: m.set_weights([*m.get_weights()[:3], np.zeros(9)]), ValueError,
                          ("weight shape (3,)", "provided weight shape (9,)")),
    "another input shape": (lambda m: m.build((None, 9)), ValueError, ("already been configured",)),
}


@pytest.mark.parametrize("case", NEVER)
def test_arguments(sparse, case):
    call, error, phrases = NEVER[case]
    check(sparse, call, error, *phrases)


# -- compile ---------------------------------------------------------------------------------------

COMPILE = {
    "optimizer": ({"optimizer": "rmspop"}, (
        "Could not interpret optimizer identifier: rmspop", "Did you mean `rmsprop`?", "sgd")),
    "optimizer of no kind": ({"optimizer": 3}, ("Could not interpret optimizer identifier: 3",)),
    "loss": ({"loss": "categorical_crosentropy"}, (
        "Could not interpret loss identifier: categorical_crosentropy",
        "Did you mean `categorical_crossentropy`?")),
    "metric": ({"loss": "mse", "metrics": ["acuracy"]}, (
        "Could not interpret metric identifier: acuracy", "accuracy")),
    "one metric": ({"loss": "mse", "metrics": "accuracy"}, (
        "Expected `metrics` argument to be a list, tuple, or dict",
        "metrics=accuracy of type <class 'str'>", "['accuracy']")),
    "one weighted metric": ({"loss": "mse", "weighted_metrics": "mse"}, (
        "Expected `weighted_metrics` argument to be a list",)),
    "two losses": ({"loss": ["mse", "mse"]}, ("one output, so one loss", "loss=['mse', 'mse']")),
    "two losses by name": ({"loss": {"a": "mse", "b": "mse"}}, ("one output, so one loss",)),
    "loss_weights": ({"loss": "mse", "loss_weights": [1.0, 2.0]}, (
        "`loss_weights` must match the number of losses", "loss_weights=[1.0, 2.0]")),
    "loss_weights in words": ({"loss": "mse", "loss_weights": "2"}, (
        "Expected `loss_weights` argument to be a number", "loss_weights=2 of type <class 'str'>")),
    "loss_weights True": ({"loss": "mse", "loss_weights": True}, (
        "Expected `loss_weights` argument to be a number", "True of type <class 'bool'>")),
}


@pytest.mark.parametrize("case", COMPILE)
def test_compile(sparse, case):
    keywords, phrases = COMPILE[case]
    optimizer = sparse.optimizer
    check(sparse, lambda m: m.compile(**keywords), ValueError, *phrases)
    assert sparse.optimizer is optimizer and sparse.loss == "sparse_categorical_crossentropy"
    sparse.evaluate(X, LABELS, verbose=0)  # compiled as before


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_before_compile(method):
    call = lambda m: getattr(m, method)(X, LABELS)  # noqa: E731
    check(net(), call, ValueError, "You must call `compile()` before using the model.")
    model = net()
    model.compile("sgd")
    check(model, call, ValueError, "No loss to compute. Provide a `loss` argument in `compile()`.")


# -- layers and models -----------------------------------------------------------------------------

MAKE = {
    "units 0": (lambda: layers.Dense(0), ("invalid value for `units`", "units=0")),
    "units None": (lambda: layers.Dense(None), ("expected a positive integer", "units=None")),
    "unknown keyword": (lambda: layers.Dense(2, activaton="relu"), (
        "Unrecognized keyword arguments passed to Dense: {'activaton': 'relu'}",)),
    "activation": (lambda: layers.Dense(2, activation="rleu"), (
        "Could not interpret activation function identifier: rleu", "Did you mean `relu`?")),
    "initializer": (lambda: layers.Dense(2, kernel_initializer="glorot_unifrom"), (
        "Could not interpret initializer identifier: glorot_unifrom", "`glorot_uniform`")),
    "regularizer": (lambda: layers.Dense(2, kernel_regularizer="l3"), (
        "Could not interpret regularizer identifier: l3", "l2")),
    "constraint": (lambda: layers.Dense(2, bias_constraint="maxnorm"), (
        "Could not interpret constraint identifier: maxnorm", "`max_norm`")),
    "dtype": (lambda: layers.Dense(2, dtype="int8"), ("float32", "float64", "dtype='int8'")),
    "not a layer": (lambda: keras.Sequential([3]), (
        "Only instances of `keras.Layer` can be added to a Sequential model", "3 (of type")),
    "input shape": (lambda: keras.Input(784), ("`shape` to be a tuple", "784", "(784,)")),
    "no input shape": (lambda: keras.Input(), ("pass a `shape` argument",)),
    "two inputs": (lambda: keras.Sequential([keras.Input((2,)), keras.Input((2,))]), (
        "already been configured",)),
    "names": (lambda: keras.Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")]), (
        "should have unique names", '"a"')),
    "learning rate": (lambda: keras.optimizers.SGD(lr=0.1), ("not recognized: {'lr': 0.1}",)),
    "momentum": (lambda: keras.optimizers.SGD(momentum=2.0), ("`momentum` must be a float", "2.0")),
}


@pytest.mark.parametrize("case", MAKE)
def test_making(case):
    make, phrases = MAKE[case]
    with pytest.raises(ValueError) as raised:
        make()
    for phrase in phrases:
        assert phrase in str(raised.value)


def test_a_model_that_was_never_trained_stays_so():
    """An error in the very first fit leaves no trace either."""
    model = keras.Sequential([keras.Input((F,)), layers.Dense(C, activation="softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy")
    for call in (fit(y=np.full(N, 9)), fit(batch_size=0), fit(validation_split=1.0)):
        check(model, call, ValueError)
    assert model.history is None and int(model.optimizer.iterations) == 0
    assert model.fit(X, LABELS, verbose=0).epoch == [0]
