"""Many callbacks as one: their order, their logs, and what the trainer learns about them."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import transcript

import fastdense as keras
from fastdense.callbacks import Callback, CallbackList, History, LambdaCallback, ProgbarLogger
from fastdense.callbacks.callback import skippable

HOOKS = [name for name in vars(Callback) if name.startswith("on_")]
KINDS = ["train", "test", "predict"]


def kinds(callbacks):
    return [type(callback) for callback in callbacks.callbacks]


def test_order():
    one, two = Callback(), LambdaCallback()
    both = CallbackList([one, two], add_history=True, add_progbar=True)
    assert both.callbacks[:2] == [one, two]
    assert kinds(both)[2:] == [History, ProgbarLogger]


def test_what_is_there_is_not_added():
    history, bar = History(), ProgbarLogger()
    both = CallbackList([bar, history], add_history=True, add_progbar=True)
    assert both.callbacks == [bar, history]


@pytest.mark.parametrize(("given", "n"), [
    (None, 0), ([], 0), (Callback(), 1), ((Callback(), Callback()), 2),
    ([Callback(), [Callback(), (Callback(),)]], 3),
])
def test_nested(given, n):
    assert kinds(CallbackList(given)) == n * [Callback]


def test_list_of_the_user_is_not_changed():
    mine = [Callback()]
    CallbackList(mine, add_history=True)
    assert len(mine) == 1


def test_model_and_params():
    model = SimpleNamespace()
    both = CallbackList([Callback()], add_history=True, model=model, verbose=0, epochs=2, steps=3)
    assert both.model is model
    for callback in both.callbacks:
        assert callback.model is model
        assert callback.params == {"verbose": 0, "epochs": 2, "steps": 3}
    assert model.history is both.callbacks[1]


def test_no_params_are_not_passed_on():
    CallbackList([ProgbarLogger()])  # would fail for want of "verbose"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_reaches_every_callback(hook):
    calls = []
    both = CallbackList([
        LambdaCallback(**{hook: lambda *args, i=i: calls.append((i, *args))}) for i in range(2)])
    arguments = (5,) if "batch" in hook or "epoch" in hook else ()
    getattr(both, hook)(*arguments)
    getattr(both, hook)(*arguments, {"loss": np.float32(0.5)})
    getattr(both, hook)(*arguments, logs={"loss": 0.5})
    assert calls == [(i, *arguments, logs) for logs in ({}, {"loss": 0.5}, {"loss": 0.5})
                     for i in range(2)]


def test_logs_are_sorted_floats():
    seen = []
    both = CallbackList([LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs))])
    given = {"loss": np.float32(0.5), "acc": np.array(1), "inner": {"b": 2, "a": np.float64(1)}}
    both.on_epoch_end(0, given)
    assert list(seen[0].items()) == [("acc", 1.0), ("a", 1.0), ("b", 2.0), ("loss", 0.5)]
    assert all(type(value) is float for value in seen[0].values())
    assert given["loss"].dtype == "float32"  # a copy was changed


@pytest.mark.parametrize("outputs", [np.zeros((1, 1)), np.zeros(1), [np.zeros(2)], "text", None])
def test_outputs_stay_as_they_are(outputs):
    seen = []
    both = CallbackList([LambdaCallback(
        on_predict_batch_end=lambda batch, logs: seen.append(logs["outputs"]))])
    both.on_predict_batch_end(0, {"outputs": outputs})
    assert seen[0] is outputs


def test_what_a_callback_adds_reaches_the_history():
    add = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(learning_rate=0.1))
    both = CallbackList([add], add_history=True)
    both.on_epoch_end(0, {"loss": 0.5})
    assert both.callbacks[1].history == {"loss": [0.5], "learning_rate": [0.1]}


def test_exceptions_come_through():
    def stop(epoch, logs):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        CallbackList([LambdaCallback(on_epoch_end=stop)]).on_epoch_end(0, {})


def listening(callbacks):
    return [kind for kind in KINDS if getattr(callbacks, f"listens_to_{kind}_batches")]


@pytest.mark.parametrize("callbacks", [
    [], [Callback()], [History(), ProgbarLogger()], [LambdaCallback(on_epoch_end=print)],
])
def test_nobody_listens_to_batches(callbacks):
    assert listening(CallbackList(callbacks, add_history=True, add_progbar=True)) == []


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if "batch" in hook])
def test_who_listens_to_batches(hook):
    kind = next((kind for kind in KINDS if kind in hook), "train")
    by_class = type("Mine", (Callback,), {hook: lambda self, batch, logs=None: None})()
    by_function = LambdaCallback(**{hook: print})
    bar = type("Bar", (ProgbarLogger,), {hook: lambda self, batch, logs=None: None})()
    for callback in (by_class, by_function, bar):
        assert listening(CallbackList([callback], add_history=True)) == [kind]


def test_a_list_in_the_list_listens():
    assert listening(CallbackList([CallbackList([Callback()])])) == KINDS


@pytest.mark.parametrize("every", [False, True])
def test_a_hook_may_say_whether_it_needs_every_batch(every):
    class Mine(Callback):
        @skippable(unless=lambda self: self.every)
        def on_test_batch_end(self, batch, logs=None):
            pass

    class Changed(Mine):
        def on_test_batch_end(self, batch, logs=None):
            super().on_test_batch_end(batch, logs)

    for kind, expected in ((Mine, every), (Changed, True)):
        callback = kind()
        callback.every = every
        assert listening(CallbackList([callback])) == ["test"] * expected


def test_callbacks_of_keras_are_understood():
    def default(hook):  # how keras.callbacks.Callback marks the hooks that do nothing
        hook._is_default = True
        return hook

    hooks = {hook: default(lambda self, batch, logs=None: None)
             for hook in HOOKS if "batch" in hook}
    foreign = type("Callback", (), hooks)
    mine = type("Mine", (foreign,), {"on_test_batch_end": lambda self, batch, logs=None: None})
    assert listening(CallbackList([foreign()])) == []
    assert listening(CallbackList([mine()])) == ["test"]


TRANSCRIPT = json.loads((Path(__file__).parents[1] / "golden" / "transcript.json").read_text())


@pytest.fixture(scope="module")
def our_transcript():
    return dict(transcript.runs(keras))


@pytest.mark.parametrize("name", TRANSCRIPT)
def test_every_call_is_that_of_keras(our_transcript, name):
    events = our_transcript[name]
    assert [event[:3] for event in events] == [event[:3] for event in TRANSCRIPT[name]]
    for (*what, ours), (*_, theirs) in zip(events, TRANSCRIPT[name], strict=True):
        if theirs is None or what[1] == "set_params":
            assert ours == theirs, what
            continue
        assert list(ours) == list(theirs), what
        for key in theirs:
            np.testing.assert_allclose(ours[key], theirs[key], rtol=2e-6, err_msg=f"{what}")
