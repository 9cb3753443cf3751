"""Saves a model under one name for ever, to be killed: ``python saving_again.py PATH WAY``.

Each time all weights are the same number, one more than before: a file of two savings would show.
"""

import itertools
import sys

import numpy as np

import fastdense as keras


def build():
    model = keras.Sequential([keras.Input((30,)), keras.layers.Dense(200), keras.layers.Dense(30)])
    model.compile("sgd", "mse")
    return model


def fill(model, number):
    for variable in model.weights:
        variable.assign(np.full(variable.shape, number))


def number_in(model):
    """The number that all weights are."""
    (number,) = {float(x) for weights in model.get_weights() for x in np.unique(weights)}
    return number


class Count(keras.callbacks.Callback):
    """Comes before the checkpoint: the next number, after the step of the batch."""

    def on_train_batch_end(self, batch, logs=None):
        self.number = getattr(self, "number", 0) + 1
        fill(self.model, self.number)


def main(path, way):
    model = build()
    fill(model, 0)
    model.save_weights(path) if path.endswith(".weights.h5") else model.save(path)
    print("ready", flush=True)
    if way == "checkpoint":
        x = np.zeros((8, 30), "f4")
        model.fit(x, x, batch_size=1, epochs=10**6, verbose=0, callbacks=[
            Count(), keras.callbacks.ModelCheckpoint(
                path, save_freq=1, save_weights_only=path.endswith(".weights.h5"))])
    for number in itertools.count(1):
        fill(model, number)
        model.save_weights(path) if path.endswith(".weights.h5") else model.save(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
