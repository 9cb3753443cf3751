"""The program that Keras and fastdense share: they differ by the module that is passed in."""

from __future__ import annotations

import time

import work
from base import Base

__all__ = ["KerasProgram", "compiled_model"]


def compiled_model(keras, net):
    """Return the net as a compiled Sequential with its first weights; `keras` or `fastdense`."""
    model = keras.Sequential([keras.Input((net.sizes[0],))])
    for units in net.sizes[1:-1]:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(net.sizes[-1], activation="sigmoid" if net.binary else "softmax"))
    model.compile(
        optimizer=keras.optimizers.RMSprop(**work.RMSPROP),
        loss="binary_crossentropy" if net.binary else "sparse_categorical_crossentropy",
        metrics=["accuracy"])
    model.set_weights(work.weights(net))
    return model


class KerasProgram(Base):
    """A peer that speaks Keras."""

    def __init__(self, keras):
        self.keras = keras

    def load(self, net, x, y):
        super().load(net, x, y.astype("float32").reshape(-1, 1) if net.binary else y)

    def build(self):
        self.model = compiled_model(self.keras, self.net)

    def train(self, epochs, callbacks=()):
        self.model.fit(self.x, self.y, epochs=epochs, batch_size=self.net.batch, verbose=0,
                       callbacks=list(callbacks))

    def epoch(self):
        """Return the seconds of the second of two epochs of one fit: nothing of its start."""
        ends = []
        clock = self.keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
        self.train(2, [clock])
        return ends[1] - ends[0]

    def step(self):
        x, y = self.x[:self.net.batch], self.y[:self.net.batch]
        return lambda: self.model.train_on_batch(x, y)

    def predict(self, rows):
        x = self.x[:rows]
        return lambda: self.model.predict(x, verbose=0)

    def forward(self, rows):
        x = self.x[:rows]
        return lambda: self.model.predict_on_batch(x)
