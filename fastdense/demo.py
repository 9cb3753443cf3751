"""What ``python -m fastdense mnist`` runs: the book's first network on real handwritten digits."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from fastdense import layers, models
from fastdense.datasets import mnist, mnist_sample
from fastdense.utils import plot_history, set_random_seed, to_categorical

__all__ = ["run"]

SHOWN = 4  # the training digit in the picture, counted from 0 as in the book


def run(epochs=5, seed=None, output="."):
    """Train a 784-512-10 network on MNIST, test it, and draw how it went.

    Prints to standard output and writes ``mnist_digit.png`` and ``mnist_curves.png``. Where MNIST
    cannot be had it says so and takes the sample that comes with the library.

    Parameters
    ----------
    epochs : int, default 5
        Passes over the training digits.
    seed : int, optional
        From 0 to 2**32 - 1, for a repeatable run.
    output : str or Path, default "."
        An existing folder for the pictures.

    Returns
    -------
    float
        Accuracy on the test digits, from 0 to 1.
    """
    if seed is not None:
        set_random_seed(seed)
    (train_images, train_labels), (test_images, test_labels) = _load()
    print(f"{len(train_images):,} training and {len(test_images):,} test digits of 28 x 28 pixels.")
    network = models.Sequential([
        layers.Input((28 * 28,)),
        layers.Dense(512, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    x_train, y_train = _pixels(train_images), to_categorical(train_labels, 10)
    x_test, y_test = _pixels(test_images), to_categorical(test_labels, 10)

    print("Training 784-512-10 (relu, softmax) with rmsprop in batches of 128.\n"
          "Validation is on the test digits, for the curves alone: nothing is chosen by it.")
    start = time.perf_counter()
    history = network.fit(x_train, y_train, epochs=epochs, batch_size=128,
                          validation_data=(x_test, y_test))
    seconds = time.perf_counter() - start
    print(f"Training took {seconds:.2f} s for {epochs} epoch{'s' if epochs > 1 else ''}, "
          "validation included.\n\nTesting:")
    loss, accuracy = network.evaluate(x_test, y_test)
    print(f"Test accuracy {accuracy:.4f}, test loss {loss:.4f}.\n")

    predicted = network.predict(x_test[:10], verbose=0).argmax(axis=-1)  # (10,)
    print("The first ten test digits:")
    print("  predicted ", *predicted)
    print("  label     ", *test_labels[:10])
    print()
    _draw(train_images[SHOWN], train_labels[SHOWN], history, Path(output).resolve())
    return accuracy


def _load():
    try:
        return mnist.load_data()
    except FileNotFoundError as error:
        print(f"{error}\n", file=sys.stderr)
        print("The full MNIST set could not be loaded: this run uses the SAMPLE that comes with "
              "fastdense,\na tenth of the set. Expect a test accuracy of about 0.92 after 5 "
              "epochs instead of 0.98.")
        return mnist_sample.load_data()


def _pixels(images):
    """Lay (n, 28, 28) bytes out as (n, 784) float32 from 0 to 1."""
    return images.reshape(len(images), 28 * 28).astype("float32") / 255


def _draw(image, label, history, folder):
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("No pictures: matplotlib is not installed. Install it with: "
              'pip install "fastdense[plot]"')
        return
    figure = Figure(figsize=(3.2, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.imshow(image, cmap="gray_r")
    axes.set_title(f"train_images[{SHOWN}], label {label}")
    axes.set(xticks=[], yticks=[])
    figure.savefig(folder / "mnist_digit.png", dpi=100)

    figure = Figure(figsize=(9.2, 3.6), layout="constrained")
    plot_history(history, figure.subplots(1, 2))
    figure.savefig(folder / "mnist_curves.png", dpi=100)
    print(f"Pictures written:\n  {folder / 'mnist_digit.png'}\n  {folder / 'mnist_curves.png'}")
