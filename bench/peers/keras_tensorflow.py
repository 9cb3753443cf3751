"""Keras on TensorFlow, compiled as it compiles itself by default."""

from __future__ import annotations

import os

from keras_program import KerasProgram

__all__ = ["Peer"]


class Peer(KerasProgram):
    name = "Keras-TensorFlow"

    def __init__(self):
        os.environ["KERAS_BACKEND"] = "tensorflow"
        import keras
        import tensorflow

        super().__init__(keras)
        self.backend = tensorflow

    def versions(self):
        return {"keras": self.keras.version(), "tensorflow": self.backend.__version__}
