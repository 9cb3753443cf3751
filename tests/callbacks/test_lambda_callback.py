"""Callbacks made of functions."""

import pytest

from fastdense.callbacks import Callback, LambdaCallback

HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook(hook):
    calls = []
    callback = LambdaCallback(**{hook: lambda *args: calls.append(args)})
    arguments = (3, {"loss": 1.0}) if "batch" in hook or "epoch" in hook else ({"loss": 1.0},)
    getattr(callback, hook)(*arguments)
    assert calls == [arguments]
    for other in set(HOOKS) - {hook}:
        assert getattr(type(callback), other) is getattr(Callback, other)


def test_no_functions():
    callback = LambdaCallback()
    callback.on_epoch_end(0, {})
    callback.on_train_batch_begin(0, {})
    assert isinstance(callback, Callback)


def test_other_names_become_attributes():
    assert LambdaCallback(custom=3).custom == 3


def test_old_name_is_called_by_the_new_one():
    calls = []
    callback = LambdaCallback(on_batch_end=lambda batch, logs: calls.append(batch))
    callback.on_train_batch_end(7, {})
    assert calls == [7]
