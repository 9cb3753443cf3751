"""Stopping at the batch whose loss is no number."""

import numpy as np
import pytest
from callback_driver import golden_cases

import fastdense as keras
from fastdense.callbacks import LambdaCallback, TerminateOnNaN


@pytest.mark.parametrize("case", golden_cases("TerminateOnNaN"),
                         ids=lambda case: str(case["options"]))
def test_as_keras(case, replay):
    assert replay(case) == case["events"]


def fit(callback, bad_batch, events):
    """Six batches of two samples; one batch has inputs whose loss overflows."""
    x = np.ones((12, 1))
    x[2 * bad_batch] = 1e30
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(1e-3), "mse")
    record = LambdaCallback(on_train_batch_end=lambda batch, logs: events.append(batch),
                            on_train_end=lambda logs: events.append("end"))
    return model.fit(x, np.ones(12), batch_size=2, epochs=3, shuffle=False, verbose=0,
                     callbacks=[callback, record])


@pytest.mark.parametrize("bad_batch", [0, 3, 5])
def test_noticed_at_its_batch(capsys, bad_batch):
    events = []
    history = fit(TerminateOnNaN(), bad_batch, events)
    assert events == [*range(bad_batch + 1), "end"]
    assert history.history["loss"] == [np.inf] and len(history.epoch) == 1
    assert capsys.readouterr().out == f"Batch {bad_batch}: Invalid loss, terminating training\n"


def test_noticed_at_its_batch_by_itself(capsys):
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    x = np.ones((1000, 1))
    x[700] = 1e30
    model.fit(x, np.ones(1000), batch_size=1, shuffle=False, verbose=0,
              callbacks=[TerminateOnNaN()])
    assert capsys.readouterr().out.startswith("Batch 700:")
    assert int(model.optimizer.iterations) == 701


def test_an_infinite_target(capsys):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    y = np.array([1, 1, np.inf, 1, 1, 1])
    history = model.fit(np.ones((6, 1)), y, batch_size=2, shuffle=False, verbose=0,
                        callbacks=[TerminateOnNaN()])
    assert history.history["loss"] == [np.inf]
    assert capsys.readouterr().out.startswith("Batch 1:")


def test_raise_error():
    events = []
    with pytest.raises(RuntimeError, match=r"NaN or Inf loss encountered at batch 3\. Loss"):
        fit(TerminateOnNaN(raise_error=True), 3, events)
    assert events == [0, 1, 2]  # and no on_train_end


@pytest.mark.parametrize("logs", [None, {}, {"loss": 1.0}, {"accuracy": float("nan")}])
def test_nothing_wrong(logs):
    TerminateOnNaN(raise_error=True).on_batch_end(0, logs)
