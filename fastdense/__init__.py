"""Keras for dense networks on CPUs, fast: the same code, compiled kernels.

>>> import fastdense as keras
>>> model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
>>> model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
"""

from fastdense import (
    activations,
    backend,
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
    saving,
    utils,
)
from fastdense.config import DTypePolicy, show_versions
from fastdense.initializers import Initializer
from fastdense.keras_tensor import KerasTensor
from fastdense.layers import Input, InputLayer, Layer
from fastdense.losses import Loss
from fastdense.metrics import Metric
from fastdense.models import Model, Sequential
from fastdense.optimizers import Optimizer
from fastdense.regularizers import Regularizer
from fastdense.variable import Variable
from fastdense.version import __version__, version

__all__ = [
    "DTypePolicy",
    "Initializer",
    "Input",
    "InputLayer",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Variable",
    "__version__",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "random",
    "regularizers",
    "saving",
    "show_versions",
    "utils",
    "version",
]
