"""Ten batches of training give what Keras gave: same losses, same weights (tests/golden/).

Losses agree within 1e-5 relative in float32 and 1e-10 in float64. Weights are compared by norm,
since single entries may cancel: what ten updates have added may be off by that same fraction of
what they added (or of the weight, if that is less), and each update rounds each weight once more,
by at most eps / 2.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from golden import make_trainings
from reference import Network

GOLDEN = Path(__file__).parent / "golden"
RTOL = {"float32": 1e-5, "float64": 1e-10}


def load(name):
    """Return the recipe and the arrays of one golden file."""
    with np.load(GOLDEN / f"training_{name}.npz", allow_pickle=False) as stored:
        arrays = dict(stored)
    return json.loads(arrays.pop("recipe").item()), arrays


def numbered(arrays, prefix):
    """Return the arrays ``prefix_0, prefix_1, ...`` as a list."""
    return [arrays[key] for i in range(len(arrays)) if (key := f"{prefix}_{i}") in arrays]


def allowed(recipe, norm, moved):
    """Return how far, in norm, a weight may be from Keras's after the recipe's ten updates."""
    rounding = make_trainings.BATCHES * np.finfo(recipe["dtype"]).eps / 2 * norm
    return RTOL[recipe["dtype"]] * min(norm, moved) + rounding


def distance(a, b):
    return np.linalg.norm(np.asarray(a, "f8") - b)


def check(recipe, arrays, losses, weights):
    """Compare a training with its golden file."""
    np.testing.assert_allclose(losses, arrays["losses"], rtol=RTOL[recipe["dtype"]])
    for weight, first, last in zip(
            weights, numbered(arrays, "first"), numbered(arrays, "last"), strict=True):
        assert distance(weight, last) <= allowed(
            recipe, np.linalg.norm(last), distance(last, first))


def oracle(recipe, weights, x, y):
    """Train the float64 oracle; return its losses and weights."""
    (optimizer, optimizer_options), (loss, loss_options) = recipe["optimizer"], recipe["loss"]
    loss = re.sub(r"(?<!^)(?=[A-Z])", "_", loss).lower()
    network = Network(weights, recipe["activations"], loss, optimizer.lower(), loss_options,
                      optimizer_options)
    losses = [network.train_step(*batch) for batch in make_trainings.batches(recipe, x, y)]
    return losses, network.weights


@pytest.fixture
def library():
    """fastdense, with its default float type restored afterwards."""
    import fastdense

    before = fastdense.config.floatx()
    yield fastdense
    fastdense.config.set_floatx(before)


def test_every_recipe_has_its_file():
    stored = {path.stem.removeprefix("training_") for path in GOLDEN.glob("training_*.npz")}
    assert stored == {*make_trainings.RECIPES, "mnist"}


@pytest.mark.parametrize("name", make_trainings.RECIPES)
def test_oracle_trains_as_keras(name):
    recipe, arrays = load(name)
    check(recipe, arrays, *oracle(recipe, numbered(arrays, "first"), arrays["x"], arrays["y"]))


@pytest.mark.parametrize("name", make_trainings.RECIPES)
def test_train_on_batch_as_keras(name, library):
    recipe, arrays = load(name)
    library.config.set_floatx(recipe["dtype"])
    losses, weights = make_trainings.train(
        library, recipe, numbered(arrays, "first"), arrays["x"], arrays["y"])
    assert {w.dtype.name for w in weights} == {recipe["dtype"]}
    check(recipe, arrays, losses, weights)


@pytest.mark.parametrize("name", make_trainings.RECIPES)
def test_fit_as_keras(name, library):
    recipe, arrays = load(name)
    library.config.set_floatx(recipe["dtype"])
    model = make_trainings.build(library, recipe)
    model.set_weights(numbered(arrays, "first"))
    running = []  # the logs of a batch hold the mean over all samples so far
    history = model.fit(
        arrays["x"], arrays["y"], batch_size=recipe["batch_size"], shuffle=False, verbose=0,
        callbacks=[library.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: running.append(logs["loss"]))])
    sizes = [len(x) for x, _ in make_trainings.batches(recipe, arrays["x"], arrays["y"])]
    expected = np.cumsum(arrays["losses"] * sizes) / np.cumsum(sizes)
    np.testing.assert_allclose(running, expected, rtol=RTOL[recipe["dtype"]])
    assert history.history["loss"] == [running[-1]]
    check(recipe, arrays, arrays["losses"], model.get_weights())


# -- the book's network on real digits, stored as checksums ----------------------------------------


def check_mnist(losses, weights, first):
    """Compare a training on the first 1280 digits with what the golden file keeps of it."""
    recipe, arrays = load("mnist")
    np.testing.assert_allclose(losses, arrays["losses"], rtol=RTOL["float32"])
    for i, (weight, before) in enumerate(zip(weights, first, strict=True)):
        weight = np.asarray(weight, "f8")
        bound = allowed(recipe, arrays[f"norm_{i}"], arrays[f"moved_{i}"])
        # by the triangle and the Cauchy-Schwarz inequality, if the weight is within the bound
        assert abs(np.linalg.norm(weight) - arrays[f"norm_{i}"]) <= bound
        assert abs(distance(weight, before) - arrays[f"moved_{i}"]) <= bound
        assert abs(weight.sum() - arrays[f"sum_{i}"]) <= bound * weight.size**0.5
        where, sample = arrays[f"where_{i}"], arrays[f"sample_{i}"]
        moved = distance(sample, before.ravel()[where])
        assert distance(weight.ravel()[where], sample) <= allowed(
            recipe, np.linalg.norm(sample), moved)


@pytest.fixture(scope="module")
def digits():
    """The recipe, its first weights, and the first 1280 digits of MNIST's training set."""
    from fastdense.datasets import mnist_sample

    recipe, arrays = load("mnist")
    first = make_trainings.glorot(recipe["sizes"], int(arrays["seed"]), recipe["dtype"])
    sums = [w.sum(dtype="f8") for w in first]
    np.testing.assert_allclose(sums, numbered(arrays, "first_sum"), rtol=1e-9)
    (images, labels), _ = mnist_sample.load_data()
    pixels, labels = images[:recipe["n"]].reshape(-1, 784), labels[:recipe["n"]]
    assert make_trainings.digest(pixels) == arrays["pixels"]
    assert make_trainings.digest(labels.astype("uint8")) == arrays["labels"]
    return recipe, first, pixels.astype("float32") / 255, np.eye(10, dtype="float32")[labels]


def test_oracle_trains_mnist_as_keras(digits):
    check_mnist(*oracle(*digits), digits[1])


def test_train_on_batch_mnist_as_keras(digits, library):
    check_mnist(*make_trainings.train(library, *digits), digits[1])
