"""Models that tests of files share, and what it means that two are the same."""

import numpy as np

import fastdense as keras

X = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
Y = np.arange(40) % 3
FORMATS = (".keras", ".safetensors")


def network(name="m", **dense):
    return keras.Sequential([
        keras.Input((4,)),
        keras.layers.Dense(5, activation="relu", kernel_regularizer="l2"),
        keras.layers.Rescaling(2.0),
        keras.layers.Dense(3, activation="softmax", kernel_constraint="max_norm", **dense),
    ], name=name)


def trained(optimizer=None, **dense):
    keras.utils.set_random_seed(1)
    model = network(**dense)
    model.compile(optimizer or keras.optimizers.RMSprop(0.01, momentum=0.9),
                  "sparse_categorical_crossentropy",
                  metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2)])
    model.fit(X, Y, epochs=2, batch_size=8, verbose=0)
    return model


def bits(model):
    """All numbers of a model and its optimizer, as bytes."""
    variables = model.weights + (model.optimizer.variables if model.optimizer else [])
    return [variable.numpy().tobytes() for variable in variables]


def train_on(model):
    """Bits after some more training."""
    losses = model.fit(X, Y, epochs=2, batch_size=7, shuffle=False, verbose=0).history
    return losses, bits(model)
