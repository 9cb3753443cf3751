"""Layers: what they are; the engine does what they need."""

import inspect

from fastdense import registry
from fastdense.layers.activation import Activation
from fastdense.layers.batch_normalization import BatchNormalization
from fastdense.layers.dense import Dense
from fastdense.layers.dropout import AlphaDropout, Dropout
from fastdense.layers.flatten import Flatten
from fastdense.layers.gaussian import GaussianDropout, GaussianNoise
from fastdense.layers.identity import ActivityRegularization, Identity
from fastdense.layers.input_layer import Input, InputLayer
from fastdense.layers.layer import Layer
from fastdense.layers.layer_normalization import LayerNormalization
from fastdense.layers.normalization import Normalization
from fastdense.layers.prelu import PReLU
from fastdense.layers.rectifiers import ELU, LeakyReLU, ReLU
from fastdense.layers.rescaling import Rescaling
from fastdense.layers.reshape import Permute, Reshape
from fastdense.layers.serialization import KNOWN, deserialize, serialize
from fastdense.layers.softmax import Softmax

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Input",
    "InputLayer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Normalization",
    "PReLU",
    "Permute",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
    "deserialize",
    "serialize",
]

# Every class above may be named in a config.
KNOWN.update(registry.catalogue(*filter(inspect.isclass, map(globals().get, __all__))))
