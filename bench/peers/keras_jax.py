"""Keras on JAX, compiled as it compiles itself by default."""

from __future__ import annotations

import os

from keras_program import KerasProgram

__all__ = ["Peer"]


class Peer(KerasProgram):
    name = "Keras-JAX"

    def __init__(self):
        os.environ["KERAS_BACKEND"] = "jax"
        import jax
        import keras

        super().__init__(keras)
        self.backend = jax

    def versions(self):
        return {"keras": self.keras.version(), "jax": self.backend.__version__}
