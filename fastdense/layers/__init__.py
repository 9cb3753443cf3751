"""Layers: what they are; the engine does what they need."""

from fastdense.layers.activation import Activation
from fastdense.layers.dense import Dense
from fastdense.layers.flatten import Flatten
from fastdense.layers.input_layer import Input, InputLayer
from fastdense.layers.layer import Layer
from fastdense.layers.rectifiers import ELU, LeakyReLU, ReLU
from fastdense.layers.rescaling import Rescaling

__all__ = ["ELU", "Activation", "Dense", "Flatten", "Input", "InputLayer", "Layer", "LeakyReLU",
           "ReLU", "Rescaling"]
