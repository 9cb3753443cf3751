"""The bar as a callback: what it writes for fit, evaluate and predict."""

import itertools
import re
import sys
from types import SimpleNamespace

import pytest

from fastdense.callbacks import ProgbarLogger
from fastdense.utils import progbar


def bar(verbose=2, epochs=1, steps=4):
    logger = ProgbarLogger()
    logger.set_params({"verbose": verbose, "epochs": epochs, "steps": steps})
    return logger


def lines(capsys):
    """The lines written, times left out."""
    return re.sub(r"\d+(s|ms|us)\b", "T", capsys.readouterr().out).splitlines()


@pytest.mark.parametrize("verbose", [1, 2, "auto"])
@pytest.mark.parametrize("batches", [range(4), [3], [0, 3], [1, 2, 3], []])
def test_fit_without_a_terminal(capsys, verbose, batches):
    logger = bar(verbose, epochs=2)
    logger.on_train_begin()
    for epoch in range(2):
        logger.on_epoch_begin(epoch)
        for batch in batches:
            logger.on_train_batch_end(batch, {"accuracy": 0.25, "loss": 1.0})
        logger.on_epoch_end(epoch, {"accuracy": 0.5, "loss": 0.75, "val_loss": 0.0005})
    text = "4/4 - T - T/step - accuracy: 0.5000 - loss: 0.7500 - val_loss: 5.0000e-04"
    assert lines(capsys) == ["Epoch 1/2", text, "Epoch 2/2", text]


def test_one_epoch_has_no_title(capsys):
    logger = bar()
    logger.on_epoch_begin(0)
    logger.on_epoch_end(0, {"loss": 1.0})
    assert lines(capsys) == ["4/4 - T - T/step - loss: 1.0000"]


def test_silent(capsys):
    logger = bar(verbose=0, epochs=2)
    logger.on_train_begin()
    logger.on_epoch_begin(0)
    logger.on_train_batch_end(3, {"loss": 1.0})
    logger.on_epoch_end(0, {"loss": 1.0})
    assert capsys.readouterr().out == ""


def test_validation_inside_fit_is_silent(capsys):
    logger = bar()
    logger.on_train_begin()
    logger.on_epoch_begin(0)
    logger.on_test_begin()
    logger.on_test_batch_end(0, {"loss": 9.0})
    logger.on_test_end({"loss": 9.0})
    assert capsys.readouterr().out == ""
    logger.on_epoch_end(0, {"loss": 1.0, "val_loss": 9.0})
    assert lines(capsys) == ["4/4 - T - T/step - loss: 1.0000 - val_loss: 9.0000"]


def test_evaluate(capsys):
    logger = bar()
    logger.on_test_begin()
    logger.on_test_batch_end(3, {"loss": 9.0})
    logger.on_test_end({"loss": 8.0})
    assert lines(capsys) == ["4/4 - T - T/step - loss: 8.0000"]


def test_predict_shows_no_outputs(capsys):
    logger = bar(verbose=1)
    logger.on_predict_begin()
    logger.on_predict_batch_end(0, {"outputs": object()})
    logger.on_predict_end()
    assert lines(capsys) == ["4/4 - T - T/step"]


def test_unknown_length_is_known_after_an_epoch(capsys):
    logger = bar(steps=None)
    for epoch in range(2):
        logger.on_epoch_begin(epoch)
        for batch in (0, 1, 2):
            logger.on_train_batch_end(batch, {"loss": 1.0})
        logger.on_epoch_end(epoch, {"loss": 1.0})
    assert lines(capsys) == 2 * ["3/3 - T - T/step - loss: 1.0000"]


def test_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    ticks = itertools.count()  # each look at the clock is a second later
    monkeypatch.setattr(progbar, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    logger = bar(verbose=1, steps=100)
    logger.on_epoch_begin(0)
    for batch in (36, 72, 99):  # as the engine tells: not the first, and not every one
        logger.on_train_batch_end(batch, {"loss": 1.0})
    logger.on_epoch_end(0, {"loss": 0.5})
    text = capsys.readouterr().out
    assert text.count("\n") == 1 and text.endswith(" - loss: 0.5000\n")
    assert " 37/100" in text and "100/100" in text
