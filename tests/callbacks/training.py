"""A training to be killed: run as a program it goes on from its backup and tells its bits.

``python training.py FOLDER SAVE_FREQ`` prints a line when it starts to train, and the digest of all
that a training leaves behind when it is done.
"""

import hashlib
import json
import sys

import numpy as np

import fastdense as keras

X = np.random.default_rng(0).normal(size=(203, 6)).astype(np.float32)
Y = np.arange(203) % 3


class Noisy(keras.layers.Flatten):
    """A layer with a random state that every step moves on, as that of Dropout."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.state = keras.Variable(np.zeros(2, np.uint32), dtype="uint32", name="state")

    @property
    def variables(self):
        return [self.state]


class Best(keras.callbacks.Callback):
    """What EarlyStopping and ReduceLROnPlateau keep: a best value, a count, weights, a rate."""

    def on_train_begin(self, logs=None):
        self.best, self.wait, self.weights = np.inf, 0, None
        self.batches = 0

    def on_epoch_begin(self, epoch, logs=None):
        rate = self.model.optimizer.learning_rate
        self.model.optimizer.learning_rate = float(rate) * 0.9  # not the same if done twice

    def on_batch_end(self, batch, logs=None):
        self.batches += 1
        self.model.layers[0].state.assign_add([0, 3])

    def on_epoch_end(self, epoch, logs=None):
        self.wait += 1
        if logs["val_loss"] < self.best:
            self.best, self.wait, self.weights = logs["val_loss"], 0, self.model.get_weights()


def distance(y_true, y_pred):
    """A metric that only Python knows."""
    return np.abs(y_pred).sum(axis=-1)


def train(folder, save_freq, others=(), epochs=4, **backup):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([
        keras.Input((6,)), Noisy(), keras.layers.Dense(8, "relu"),
        keras.layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.RMSprop(0.01, momentum=0.5, use_ema=True),
                  "sparse_categorical_crossentropy", metrics=["accuracy", distance])
    best = Best()
    callbacks = [keras.callbacks.BackupAndRestore(folder, save_freq, **backup)] if folder else []
    history = model.fit(X, Y, batch_size=16, epochs=epochs, validation_split=0.2, verbose=0,
                        callbacks=[*callbacks, best, *others])
    return model, history, best


def digest(model, history, best):
    """A text that is the same if, and only if, all bits are."""
    arrays = model.get_weights() + [v.numpy() for v in model.optimizer.variables] + best.weights
    arrays.append(model.layers[0].state.numpy())
    hashed = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    after = keras.random.draw_seed()
    return json.dumps([hashed, history.history, history.epoch, best.best, best.wait, best.batches,
                       after])


if __name__ == "__main__":
    print("ready", flush=True)
    frequency = sys.argv[2] if sys.argv[2] == "epoch" else int(sys.argv[2])
    print(digest(*train(sys.argv[1], frequency)))
