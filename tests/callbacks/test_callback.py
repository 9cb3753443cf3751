"""The base class of callbacks."""

import pytest

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
