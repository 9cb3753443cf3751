"""Keras for dense networks on CPUs, fast: the same code, compiled kernels.

>>> import fastdense as keras
>>> model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
>>> model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
"""

from importlib import import_module
from typing import TYPE_CHECKING

from fastdense.version import __version__, version

if TYPE_CHECKING:
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

# Importing fastdense takes no longer than its version: rooms and names are loaded when first used.
_HOMES = {
    "DTypePolicy": "config",
    "Initializer": "initializers",
    "Input": "layers",
    "InputLayer": "layers",
    "KerasTensor": "keras_tensor",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Variable": "variable",
    "show_versions": "config",
}


def __getattr__(name):
    if name in _HOMES:
        value = getattr(import_module(f"fastdense.{_HOMES[name]}"), name)
    elif name in __all__:
        value = import_module(f"fastdense.{name}")
    else:
        raise AttributeError(f"module 'fastdense' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
