"""Fit small networks with Keras in ways that only `fit` knows, and store its logs and weights.

Run with Keras on TensorFlow::

    KERAS_BACKEND=tensorflow python tests/golden/make_fits.py

``fits.json`` holds the logs of every case and the weights after it. The test runs the same
functions with fastdense: `CASES` maps a name to a function of the library.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
N, F, C = 20, 5, 3
RNG = np.random.default_rng(2026)
X = RNG.standard_normal((N, F)).astype("float32")
LABELS = RNG.integers(0, C, N)
ONE_HOT = np.eye(C, dtype="float32")[LABELS]
VALUES = RNG.standard_normal((N, 2)).astype("float32")
SAMPLE_WEIGHT = RNG.uniform(0.5, 2.0, N).astype("float32")
KERNELS = [(RNG.standard_normal(shape) / 2).astype("float32") for shape in ((F, 4), (4, C), (4, 2),
                                                                            (4, 1))]


def classifier(keras, loss="sparse_categorical_crossentropy", optimizer="rmsprop", **options):
    """Return a compiled net with three classes, always from the same weights."""
    return compiled(keras, C, "softmax", KERNELS[1], loss, optimizer, **options)


def regressor(keras, units, loss="mse", **options):
    """Return a compiled net with one or two linear outputs."""
    return compiled(keras, units, None, KERNELS[4 - units], loss, "sgd", **options)


def compiled(keras, units, activation, kernel, loss, optimizer, **options):
    model = keras.Sequential([keras.Input((F,)), keras.layers.Dense(4, activation="tanh"),
                              keras.layers.Dense(units, activation=activation)])
    model.set_weights([KERNELS[0], np.full(4, 0.1), kernel, np.full(units, -0.1)])
    model.compile(optimizer, loss, **options)
    return model


def batches(sizes=(4, 4, 4, 4, 4), weights=False):
    """Yield the samples in batches of these sizes, again and again."""
    while True:
        first = 0
        for size in sizes:
            part = slice(first, first + size)
            first += size
            yield (X[part], LABELS[part], SAMPLE_WEIGHT[part])[:3 if weights else 2]


def dataset(keras, n=5, weights=False, **kwargs):
    """Return a PyDataset of batches of four."""
    class Fours(keras.utils.PyDataset):
        def __len__(self):
            return n

        def __getitem__(self, index):
            part = slice(4 * index, 4 * index + 4)
            return (X[part], LABELS[part], SAMPLE_WEIGHT[part])[:3 if weights else 2]

    return Fours(**kwargs)


def fit(model, *args, **options):
    """Fit without a bar and in order; return the logs of every epoch and the weights."""
    options = {"verbose": 0, "shuffle": False, "epochs": 3, **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a pass may end within an epoch
        history = model.fit(*args, **options)
    return {"history": history.history, "epoch": history.epoch, "params": history.params,
            "weights": [w.ravel().tolist() for w in model.get_weights()]}


def seen(model):
    """Return a model that knows its shapes: else Keras on TensorFlow loses batches of a generator.

    To learn them it opens the generator twice and forgets what the first has read ahead.
    """
    model.test_on_batch(X, LABELS)
    return model


def generator(keras):
    """Batches of several sizes from an endless generator."""
    return fit(seen(classifier(keras, metrics=["accuracy"])), batches((4, 3, 6, 2, 5)),
               steps_per_epoch=7)


def generator_with_weights(keras):
    model = seen(classifier(keras, weighted_metrics=["accuracy"]))
    return fit(model, batches(weights=True), steps_per_epoch=5,
               validation_data=dataset(keras, 3, weights=True))


def py_dataset(keras):
    return fit(classifier(keras, metrics=["accuracy"]), dataset(keras),
               validation_data=dataset(keras, 3))


def py_dataset_in_threads(keras):
    batches = dataset(keras, workers=2, max_queue_size=3)
    return fit(classifier(keras), batches, class_weight={1: 3.0})


def py_dataset_steps(keras):
    return fit(classifier(keras), dataset(keras), steps_per_epoch=3)


def class_weight(keras):
    """The validation part has no class weights."""
    model = classifier(keras, metrics=["accuracy"], weighted_metrics=["accuracy"])
    return fit(model, X, LABELS, batch_size=6, class_weight={0: 2.0, 2: 0.25},
               validation_split=0.3)


def class_weight_one_hot(keras):
    model = classifier(keras, "categorical_crossentropy", weighted_metrics=["mse"])
    return fit(model, X, ONE_HOT, batch_size=6, class_weight={0: 2.0, 1: 0.5})


def sample_weight(keras):
    model = classifier(keras, metrics=["accuracy"], weighted_metrics=["accuracy", "accuracy"])
    return fit(model, X, LABELS, batch_size=6, sample_weight=SAMPLE_WEIGHT, validation_split=0.3)


def weights_of_rows(keras):
    """Samples of four rows, each row with a class and a weight."""
    model = keras.Sequential([keras.Input((4, F)), keras.layers.Dense(C, activation="softmax")])
    model.set_weights([np.tile(KERNELS[1][:1], (F, 1)) * np.arange(F)[:, None], np.zeros(C)])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"],
                  weighted_metrics=["sparse_categorical_crossentropy"])
    x, y, weights = X.reshape(5, 4, F), LABELS.reshape(5, 4), SAMPLE_WEIGHT.reshape(5, 4)
    return fit(model, x, y, batch_size=2, sample_weight=weights, validation_data=(x, y))


def loss_weights(keras):
    model = classifier(keras, metrics=[["accuracy"]], loss_weights=[0.5])
    return fit(model, X, LABELS, batch_size=6, sample_weight=SAMPLE_WEIGHT)


def validation_freq(keras):
    model = classifier(keras, metrics=["accuracy"])
    return fit(model, X, LABELS, batch_size=8, epochs=6, validation_freq=2,
               validation_data=(X[:7], LABELS[:7], SAMPLE_WEIGHT[:7]))


def validation_freq_list(keras):
    model = classifier(keras)
    return fit(model, X, LABELS, epochs=6, initial_epoch=1, validation_freq=[3, 4, 6],
               validation_data=(X, LABELS), validation_steps=2, validation_batch_size=3)


def steps_continue(keras):
    return fit(classifier(keras), X[:10], LABELS[:10], batch_size=3, steps_per_epoch=2, epochs=5)


def steps_run_out(keras):
    return fit(classifier(keras), X[:10], LABELS[:10], batch_size=3, steps_per_epoch=3, epochs=4)


def steps_make_the_batch(keras):
    return fit(classifier(keras), X, LABELS, steps_per_epoch=6, epochs=2)


def one_target_for_two_outputs(keras):
    return fit(regressor(keras, 2, metrics=["mse"]), X, VALUES[:, :1], batch_size=6,
               sample_weight=SAMPLE_WEIGHT)


def two_targets_for_one_output(keras):
    return fit(regressor(keras, 1, metrics=["mse"]), X, VALUES, batch_size=6,
               sample_weight=SAMPLE_WEIGHT)


def flat_targets(keras):
    return fit(regressor(keras, 1, metrics=["accuracy"]), X, VALUES[:, 0], batch_size=6)


def calls(keras):
    """evaluate, test_on_batch, train_on_batch and predict in their less common forms."""
    model = seen(classifier(keras, metrics=["accuracy"],
                            weighted_metrics=["sparse_categorical_crossentropy"]))
    found = {
        "evaluate steps": model.evaluate(X, LABELS, batch_size=3, steps=2, verbose=0),
        "evaluate steps alone": model.evaluate(X, LABELS, steps=3, verbose=0),
        "evaluate generator": model.evaluate(batches(weights=True), steps=3, verbose=0),
        "evaluate dataset": model.evaluate(dataset(keras), verbose=0, return_dict=True),
        "test_on_batch": model.test_on_batch(X, LABELS, sample_weight=SAMPLE_WEIGHT),
        "train_on_batch": [model.train_on_batch(X, LABELS, class_weight={1: 2.0}),
                           model.train_on_batch(X[:3], LABELS[:3], return_dict=True)],
        "predict steps": model.predict(X, batch_size=3, steps=2, verbose=0).tolist(),
        "predict generator": model.predict(batches(), steps=2, verbose=0).tolist(),
        "predict dataset": model.predict(dataset(keras), verbose=0).tolist(),
    }
    return json.loads(json.dumps(found, default=float))


CASES = {case.__name__: case for case in (
    generator, generator_with_weights, py_dataset, py_dataset_in_threads, py_dataset_steps,
    class_weight, class_weight_one_hot, sample_weight, weights_of_rows, loss_weights,
    validation_freq, validation_freq_list, steps_continue, steps_run_out, steps_make_the_batch,
    one_target_for_two_outputs, two_targets_for_one_output, flat_targets, calls)}


def main():
    """Write the file."""
    import keras

    found = {name: case(keras) for name, case in CASES.items()}
    (FOLDER / "fits.json").write_text(json.dumps(found, indent=0) + "\n")
    print("made with Keras", keras.version(), "on", keras.config.backend())


if __name__ == "__main__":
    main()
