"""Keras for dense networks on CPUs, fast: the same code, compiled kernels.

>>> import fastdense as keras
>>> model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
>>> model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
"""

from fastdense import (
    activations,
    callbacks,
    config,
    constraints,
    datasets,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    random,
    regularizers,
    utils,
)
from fastdense.config import DTypePolicy, show_versions
from fastdense.keras_tensor import KerasTensor
from fastdense.layers import Input, InputLayer, Layer
from fastdense.models import Model, Sequential
from fastdense.variable import Variable
from fastdense.version import __version__, version

__all__ = [
    "DTypePolicy", "Input", "InputLayer", "KerasTensor", "Layer",
    "Model", "Sequential", "Variable", "__version__",
    "activations", "callbacks", "config", "constraints", "datasets", "dtype_policies",
    "initializers", "layers",
    "losses", "metrics", "models", "ops", "optimizers", "random", "regularizers", "show_versions",
    "utils", "version",
]
