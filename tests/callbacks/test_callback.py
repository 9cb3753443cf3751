"""The base class of callbacks."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden.make_signatures import signature

import fastdense as keras
from fastdense.callbacks import Callback

HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


def test_all_hooks_of_keras_are_there():
    assert len(HOOKS) == 16
    for hook in HOOKS:
        arguments = (0,) if "batch" in hook or "epoch" in hook else ()
        assert getattr(Callback(), hook)(*arguments) is None
        assert getattr(Callback(), hook)(*arguments, logs={}) is None


@pytest.mark.parametrize("end", ["begin", "end"])
def test_older_names(end):
    calls = []
    old = type("Old", (Callback,), {
        f"on_batch_{end}": lambda self, batch, logs=None: calls.append((batch, logs))})
    getattr(old(), f"on_train_batch_{end}")(3, {"loss": 1.0})
    assert calls == [(3, {"loss": 1.0})]


def test_without_super_init():
    class Mine(Callback):
        def __init__(self):
            self.mine = True

    callback = Mine()
    assert callback.model is None and callback.params is None
    model, params = object(), {"epochs": 3}
    callback.set_model(model)
    callback.set_params(params)
    assert callback.model is model and callback.params is params
    assert Mine().model is None


def test_super_init_may_be_called():
    class Mine(Callback):
        def __init__(self):
            super().__init__()

    assert Mine().model is None


# -- training of one's own by callbacks ------------------------------------------------------------

X = np.linspace(-1, 1, 40).reshape(20, 2)
Y = np.sin(X[:, :1])


def net(learning_rate=0.1):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="ones"),
                              keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(learning_rate, momentum=0.5), "mse")
    return model


def fit(model, callback, epochs=1):
    return model.fit(X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0,
                     callbacks=[callback])


def batches():
    return [(X[i:i + 4], Y[i:i + 4]) for i in range(0, 20, 4)]


def assert_same(weights, others):
    for one, other in zip(weights, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_are_there_at_every_batch():
    class Weights(Callback):
        def on_train_batch_begin(self, batch, logs=None):
            before.append(self.model.get_weights())

        def on_train_batch_end(self, batch, logs=None):
            after.append(self.model.get_weights())

    before, after, model = [], [], net()
    fit(net(), Weights())
    for i, (x, y) in enumerate(batches()):
        assert_same(before[i], model.get_weights())
        model.train_on_batch(x, y)
        assert_same(after[i], model.get_weights())
    assert len(after) == 5


@pytest.mark.parametrize("hook", ["on_train_batch_begin", "on_batch_begin"])
def test_learning_rate_of_every_batch(hook):
    def warm_up(self, batch, logs=None):
        self.model.optimizer.learning_rate = 0.01 * (batch + 1)

    mine, model = net(), net()
    fit(mine, type("WarmUp", (Callback,), {hook: warm_up})())
    for i, (x, y) in enumerate(batches()):
        model.optimizer.learning_rate = 0.01 * (i + 1)
        model.train_on_batch(x, y)
    assert_same(mine.get_weights(), model.get_weights())


def test_weights_may_be_set_at_any_batch():
    class Reset(Callback):
        def on_train_begin(self, logs=None):
            self.start = self.model.get_weights()

        def on_train_batch_end(self, batch, logs=None):
            self.model.set_weights(self.start)

    model = net()
    fit(model, Reset())
    assert_same(model.get_weights(), net().get_weights())


def test_predicting_inside_a_hook():
    class Watch(Callback):
        def on_epoch_end(self, epoch, logs=None):
            outputs.append(self.model.predict(X, verbose=0))
            logs["watched"] = float(np.mean((outputs[-1] - Y) ** 2))

    outputs, model = [], net()
    history = fit(model, Watch(), epochs=2).history
    assert len(history["watched"]) == 2 and history["watched"][1] < history["watched"][0]
    np.testing.assert_array_equal(outputs[-1], model.predict(X))


@pytest.mark.parametrize(("hook", "when", "steps"), [
    ("on_train_begin", None, 1), ("on_epoch_begin", 1, 6), ("on_train_batch_begin", 2, 3),
    ("on_train_batch_end", 2, 3), ("on_batch_end", 0, 1), ("on_epoch_end", 1, 10),
])
def test_stopping(hook, when, steps):
    def stop(self, *args):
        if when is None or args[0] == when:
            self.model.stop_training = True

    model = net()
    fit(model, type("Stop", (Callback,), {hook: stop})(), epochs=4)
    assert int(model.optimizer.iterations) == steps
    model.fit(X, Y, batch_size=4, verbose=0)
    assert int(model.optimizer.iterations) == steps + 5  # it is forgotten at the next fit


def test_batch_logs_run_up_to_those_of_the_epoch():
    class Losses(Callback):
        def __init__(self):
            super().__init__()
            self.losses = []

        def on_train_batch_end(self, batch, logs=None):
            self.losses.append(logs["loss"])

        def on_epoch_end(self, epoch, logs=None):
            assert logs["loss"] == self.losses[-1]

    callback = Losses()
    fit(net(), callback, epochs=2)
    assert len(callback.losses) == 10


SIGNATURES = json.loads(
    (Path(__file__).parents[1] / "golden" / "callback_signatures.json").read_text())


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_are_those_of_keras(name):
    assert signature(getattr(keras.callbacks, name)) == SIGNATURES[name]
