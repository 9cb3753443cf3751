"""predict and its bar: when there is one, and how the batches are counted."""

import io
import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import fastdense as keras
from fastdense import callbacks
from fastdense.training.predictor import _predict_in_parts

X = np.linspace(-1, 1, 700, dtype="f4").reshape(100, 7)
BAR = r"4/4 ━{20} 0s \d+[mu]?s/step\n"
LINE = r"4/4 - 0s - \d+[mu]?s/step\n"


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((7,)), keras.layers.Dense(3)])


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("others", [None, [], [callbacks.Callback()]])
@pytest.mark.parametrize(("verbose", "tty", "n", "expected"), [
    ("auto", True, 100, BAR), ("auto", True, 32, ""), ("auto", False, 100, ""),
    ("auto", True, 0, ""), (0, True, 100, ""), (1, True, 100, BAR), (2, True, 100, LINE),
    (1, False, 100, LINE),
])
def test_when_there_is_a_bar(model, monkeypatch, others, verbose, tty, n, expected):
    stream = Terminal() if tty else io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    model.predict(X[:n], verbose=verbose, callbacks=others)
    shown = re.sub(r"\x1b\[\d+m", "", stream.getvalue()).split("\r")[-1]
    assert re.fullmatch(expected, shown)


@pytest.mark.parametrize("options", [{"verbose": 1}, {"callbacks": [callbacks.Callback()]}])
@pytest.mark.parametrize("batch_size", [1, 7, 99, 100, 1000])
def test_the_same_whatever_the_batches(model, capsys, options, batch_size):
    outputs = model.predict(X, batch_size=batch_size, **options)
    np.testing.assert_array_equal(outputs, model(X))


def test_a_listener_sees_every_batch(model):
    class Seen(callbacks.Callback):
        def on_predict_batch_end(self, batch, logs=None):
            shapes.append((batch, logs["outputs"].shape))

    shapes = []
    model.predict(X, callbacks=[Seen()])
    assert shapes == [(0, (32, 3)), (1, (32, 3)), (2, (32, 3)), (3, (4, 3))]


def test_list_of_callbacks_made_by_the_user():
    seen = []
    model = keras.Sequential([keras.layers.Dense(1)])
    own = keras.callbacks.LambdaCallback(on_predict_end=lambda logs: seen.append("end"))
    model.predict(np.ones((2, 3)), callbacks=keras.callbacks.CallbackList([own], model=model))
    assert seen == ["end"]


@pytest.mark.parametrize(("left", "parts"), [(False, [(0, 2), (2, 4), (4, 5)]), (True, [(0, 2)])])
def test_parts_end_soon_after_a_call_was_left(left, parts):
    seen = []
    plan = SimpleNamespace(batch_size=2, predict=lambda source, out, first, last: seen.append(
        (first, last, len(out))))
    _predict_in_parts(1e18, plan, None, np.empty((5, 1)), SimpleNamespace(abandoned=left))
    assert seen == [(first, last, last - first) for first, last in parts]
