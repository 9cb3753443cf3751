"""Trainings that leave digests: equal if, and only if, all bits are. As a program it prints them.

Between them they go through every kind of stage, every fused optimizer, the plain path, both
dtypes, odd sizes, and inputs with many zeros and with none.
"""

import hashlib
import json

import numpy as np

import fastdense as keras
from fastdense import layers, optimizers

N, WIDTH = 203, 301
_rng = np.random.default_rng(0)
DENSE = _rng.normal(size=(N, WIDTH)).astype("f4")
SPARSE = np.where(_rng.random((N, WIDTH)) < 0.2, DENSE, 0).astype("f4")
LABELS = np.arange(N) % 7
VALUES = _rng.normal(size=(N, 3)).astype("f4")


def classifier(*stack, units=130, dtype=None, **dense):
    return [layers.Dense(units, "relu", dtype=dtype, **dense), *stack,
            layers.Dense(7, "softmax", dtype=dtype)]


# name: (layers, optimizer, input, batch size)
CASES = {
    "book": (classifier, "rmsprop", SPARSE, 64),
    "dense input": (classifier, optimizers.RMSprop(0.01, momentum=0.5, centered=True), DENSE, 37),
    "normalized": (lambda: classifier(layers.BatchNormalization(), layers.Dense(61),
                                      layers.LayerNormalization(), layers.PReLU()),
                   "adam", DENSE, 50),
    "noisy": (lambda: classifier(layers.Dropout(0.4), layers.Dense(65, "selu"),
                                 layers.AlphaDropout(0.1), layers.GaussianNoise(0.1),
                                 layers.GaussianDropout(0.2)), "nadam", SPARSE, 64),
    "curved": (lambda: classifier(layers.Dense(47, "gelu"), layers.Dense(33, "tanh"),
                                  layers.Dense(129, "sigmoid")), "adamax", DENSE, 203),
    "odd": (lambda: classifier(units=257), optimizers.AdamW(0.01, weight_decay=0.1), SPARSE, 1),
    "lion": (classifier, "lion", DENSE, 100),
    "adagrad": (classifier, "adagrad", SPARSE, 31),
    "adadelta": (classifier, "adadelta", DENSE, 64),
    "momentum": (classifier, optimizers.SGD(0.1, momentum=0.9, nesterov=True), DENSE, 64),
    "plain": (lambda: classifier(kernel_constraint="max_norm", kernel_regularizer="l2"),
              optimizers.Adam(clipnorm=1.0), DENSE, 64),
    "double": (lambda: classifier(layers.BatchNormalization(dtype="float64"), dtype="float64"),
               "rmsprop", SPARSE, 64),
}


def build(name):
    """A model of the same first weights every time."""
    stack, optimizer, _, _ = CASES[name]
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.Input((WIDTH,)), *stack()])
    optimizer = optimizers.get(optimizer)
    model.compile(type(optimizer).from_config(optimizer.get_config()),
                  "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(name, x=None, y=LABELS, epochs=2):
    """Train, evaluate and predict; return the model and a digest of what came out."""
    _, _, own, batch_size = CASES[name]
    model = build(name)
    history = model.fit(own if x is None else x, y, batch_size=batch_size, epochs=epochs,
                        verbose=0, validation_split=0.2)
    return model, digest(model, history.history, model.evaluate(own, LABELS, verbose=0),
                         model.predict(own))


def digest(model, *results):
    """One text for all weights, the optimizer's state, and results: arrays or plain values."""
    found = hashlib.sha256()
    for array in [*model.get_weights(), *(v.numpy() for v in model.optimizer.variables)]:
        found.update(array.tobytes())
    for result in results:
        found.update(result.tobytes() if isinstance(result, np.ndarray)
                     else json.dumps(result).encode())
    return found.hexdigest()


if __name__ == "__main__":
    print(json.dumps({name: train(name)[1] for name in CASES}))
