"""Exceptions in a callback: fit ends at once, and what is left can be used."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import callbacks, layers

N = 500
RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (N, 784), dtype=np.uint8)
Y = RNG.integers(0, 10, N)


def book_network(**dense):
    model = keras.Sequential([
        layers.Rescaling(1 / 255), layers.Dense(512, activation="relu", **dense),
        layers.Dense(10, activation="softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def check_usable(model):
    """Weights are finite, the engine and the variables agree, subnormals are numbers again."""
    weights = model.get_weights()
    assert all(np.isfinite(w).all() for w in weights)
    h = np.maximum((X[:9] / 255).astype("f4") @ weights[0] + weights[1], 0)
    z = h @ weights[2] + weights[3]
    expected = np.exp(z - z.max(axis=1, keepdims=True))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict(X[:9]), expected, rtol=1e-3, atol=1e-5)
    assert (np.float32(1e-45) * np.ones(1, "f4")).item() != 0
    assert (np.float64(5e-324) * np.ones(1)).item() != 0
    steps = int(model.optimizer.iterations)
    history = model.fit(X[:256], Y[:256], batch_size=128, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert int(model.optimizer.iterations) == steps + 2


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_begin", "on_train_batch_begin",
                                  "on_train_batch_end", "on_test_batch_end", "on_epoch_end",
                                  "on_train_end"])
def test_exception_in_a_callback(hook):
    calls = []

    def fail(*args):
        calls.append(args)
        raise ZeroDivisionError("mine")

    model, ended = book_network(), []
    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(X[:500], Y[:500], verbose=0, validation_split=0.2, callbacks=[
            callbacks.LambdaCallback(**{hook: fail}),
            callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(logs))])
    assert len(calls) == 1 and not ended
    check_usable(model)
