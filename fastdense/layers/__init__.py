"""Layers: what they are; the engine does what they need."""

import inspect

from fastdense import registry
from fastdense.layers.activation import Activation
from fastdense.layers.dense import Dense
from fastdense.layers.flatten import Flatten
from fastdense.layers.input_layer import Input, InputLayer
from fastdense.layers.layer import Layer
from fastdense.layers.rescaling import Rescaling
from fastdense.layers.serialization import KNOWN, deserialize, serialize

__all__ = ["Activation", "Dense", "Flatten", "Input", "InputLayer", "Layer", "Rescaling",
           "deserialize", "serialize"]

# Every class above may be named in a config.
KNOWN.update(registry.catalogue(*filter(inspect.isclass, map(globals().get, __all__))))
