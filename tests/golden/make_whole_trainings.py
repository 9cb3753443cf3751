"""Train as users do, a hundred steps and more with Keras, and store its logs.

Run with Keras on TensorFlow::

    KERAS_BACKEND=tensorflow python tests/golden/make_whole_trainings.py

``whole_trainings.json`` holds the history of each case. The test runs the same functions with
fastdense: `CASES` maps a name to a function of the library. Between them the cases have most of
what one model can have; they lack only what is random, which no two libraries share.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np

N, F, C = 200, 12, 5
RNG = np.random.default_rng(7)
X = RNG.standard_normal((N, F)).astype("float32")
HIDDEN = np.tanh(X @ RNG.standard_normal((F, 6)))
SCORES = HIDDEN @ RNG.standard_normal((6, C))
LABELS = SCORES.argmax(axis=1)
VALUES = (SCORES[:, :2] * 3 + RNG.standard_normal((N, 2))).astype("float32")
BITS = (SCORES[:, 0] > 0).astype("float32")
SAMPLE_WEIGHT = RNG.uniform(0.2, 2.0, N).astype("float32")


def started(model):
    """Give a built model weights that depend on their shapes alone; return it."""
    rng = np.random.default_rng(3)
    model.set_weights([
        rng.normal(0, shape[0] ** -0.5, shape) if len(shape) > 1 else before
        for before in model.get_weights() for shape in [np.shape(before)]])
    return model


def classification(keras):
    """Adam, a dropout of nothing, class weights, validation on the last part."""
    layers = keras.layers
    model = started(keras.Sequential([
        keras.Input((F,)), layers.Dense(32, activation="relu"), layers.Dropout(0.0),
        layers.Dense(16, activation="gelu"), layers.Dense(C, activation="softmax")]))
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    history = model.fit(X, LABELS, batch_size=32, epochs=20, validation_split=0.2, shuffle=False,
                        class_weight={0: 2.0, 3: 0.5}, verbose=0)
    return history.history, model.evaluate(X, LABELS, verbose=0, return_dict=True)


def regression(keras):
    """Batch normalization, Huber's loss, SGD with momentum whose rate follows a schedule."""
    layers = keras.layers
    model = started(keras.Sequential([
        keras.Input((F,)), layers.Dense(24, use_bias=False), layers.BatchNormalization(),
        layers.Activation("elu"), layers.Dense(2)]))
    rate = keras.optimizers.schedules.CosineDecay(0.05, 120, warmup_target=0.1, warmup_steps=10)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
                  keras.losses.Huber(delta=2.0), metrics=["mae", keras.metrics.R2Score()])
    history = model.fit(X[:160], VALUES[:160], batch_size=16, epochs=12, shuffle=False, verbose=0,
                        validation_data=(X[160:], VALUES[160:]))
    return history.history, model.evaluate(X, VALUES, verbose=0, return_dict=True)


def binary(keras):
    """Sample weights, L2 penalties, gradients clipped by the norm of each; weighted metrics."""
    layers, l2 = keras.layers, keras.regularizers.L2
    model = started(keras.Sequential([
        keras.Input((F,)), layers.LayerNormalization(),
        layers.Dense(20, activation="tanh", kernel_regularizer=l2(0.01)),
        layers.Dense(1, activation="sigmoid", kernel_regularizer=l2(0.02))]))
    model.compile(keras.optimizers.RMSprop(0.002, clipnorm=0.1), "binary_crossentropy",
                  metrics=["accuracy"],
                  weighted_metrics=["accuracy", keras.metrics.AUC(name="auc")])
    history = model.fit(X[:160], BITS[:160], batch_size=16, epochs=12, shuffle=False, verbose=0,
                        sample_weight=SAMPLE_WEIGHT[:160],
                        validation_data=(X[160:], BITS[160:], SAMPLE_WEIGHT[160:]))
    return history.history, model.evaluate(X, BITS, sample_weight=SAMPLE_WEIGHT, verbose=0,
                                           return_dict=True)


def callbacks(keras):
    """AdamW with a rate that callbacks change, early stopping that restores the best weights."""
    layers = keras.layers
    model = started(keras.Sequential([
        keras.Input((F,)), layers.Dense(64, kernel_constraint="max_norm"), layers.PReLU(),
        layers.Dense(1, bias_regularizer="l1")]))
    model.compile(keras.optimizers.AdamW(0.02, weight_decay=0.01), "mse", metrics=["mape"])
    history = model.fit(
        X[:80], VALUES[:80, 0], batch_size=16, epochs=60, shuffle=False, verbose=0,
        validation_data=(X[80:], VALUES[80:, 0]), callbacks=[
            keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.95),
            keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=3),
            keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)])
    return history.history, model.evaluate(X, VALUES[:, 0], verbose=0, return_dict=True)


CASES = {case.__name__: case for case in (classification, regression, binary, callbacks)}


def run(keras, name):
    """Return {"history": name -> list, "evaluation": name -> number} of a case."""
    history, evaluation = CASES[name](keras)
    return {"history": {key: np.asarray(values, "float64").tolist()
                        for key, values in history.items()},
            "evaluation": {key: float(value) for key, value in evaluation.items()}}


if __name__ == "__main__":
    import keras

    warnings.simplefilter("ignore")
    golden = {name: run(keras, name) for name in CASES}
    text = json.dumps(golden).replace("], \"", "],\n\"")
    Path(__file__).with_name("whole_trainings.json").write_text(text + "\n")
