"""The text of summary(): as Keras draws it, at any width, and where it goes."""

import json
import logging
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import summaries

import fastdense as keras
from fastdense import layers
from fastdense.utils import summary, terminal

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "summaries.json").read_text())


@pytest.fixture(scope="module")
def ours():
    return dict(summaries.cases(keras))


@pytest.mark.parametrize("case", GOLDEN)
def test_as_keras_draws_it(ours, case):
    expected = GOLDEN[case]
    if expected.startswith("ValueError"):
        assert ours[case].startswith(expected.partition(".")[0])
    else:
        assert ours[case] == expected


def digits(**options):
    return keras.Sequential([keras.Input((784,)), layers.Dense(512, name="hidden"),
                             layers.Dense(10, name="out")], name="digits", **options)


def text(model, **options):
    texts = []
    assert model.summary(print_fn=texts.append, **options) is None
    assert len(texts) == 1
    return texts[0]


@pytest.mark.parametrize("columns", [1, 10, 20, 30, 44, 60, 80])
@pytest.mark.parametrize("trainable", [False, True])
def test_any_terminal(monkeypatch, columns, trainable):
    monkeypatch.setenv("COLUMNS", str(columns))
    table = text(digits(), show_trainable=trainable).splitlines()[1:-3]
    assert len({len(line) for line in table}) == 1  # also where Keras gives up
    least = 31 if trainable else 16
    assert len(table[0]) == max(columns - 4, least)


@pytest.mark.parametrize("width", [40, 66, 150])
def test_lines_are_as_wide_as_asked(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", "80")
    table = text(digits(), line_length=width).splitlines()[1:-3]
    assert {len(line) for line in table} == {width}


def test_nothing_in_it():
    assert text(keras.Sequential(name="e")).endswith(" Non-trainable params: 0 (0.00 B)\n")


def test_printed(capsys):
    assert digits().summary() is None
    assert capsys.readouterr().out == text(digits())


def test_told_to_the_logger(capsys, caplog):
    caplog.set_level(logging.INFO, logger="fastdense")
    keras.config.disable_interactive_logging()
    try:
        digits().summary()
    finally:
        keras.config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert caplog.messages == [text(digits()).strip("\n")]


def test_colours_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(terminal, "has_colours", lambda stream: stream is sys.stdout)
    model = digits()
    model.layers[0].trainable = False
    model.summary(show_trainable=True)
    drawn = capsys.readouterr().out
    assert re.sub(r"\x1b\[[\d;]+m", "", drawn) == text(model, show_trainable=True)
    for shown in ("\x1b[1mModel: \"digits\"\x1b[0m", "(\x1b[38;5;33mDense\x1b[0m)",
                  "(\x1b[38;5;45mNone\x1b[0m, \x1b[38;5;34m512\x1b[0m)", "\x1b[38;5;34m401,920",
                  "\x1b[38;5;9m", "\x1b[1m Total params: \x1b[0m\x1b[38;5;34m407,050\x1b[0m (1.55"):
        assert shown in drawn
    assert "\x1b" not in text(model)


@pytest.mark.parametrize(("n_bytes", "shown"), [
    (0, "0.00 B"), (1023, "1023.00 B"), (1024, "1.00 KB"), (3 * 2**30, "3.00 GB"),
    (2**40, "1.00 TB"), (5000 * 2**50, "5000.00 PB"),
])
def test_sizes(n_bytes, shown):
    value = SimpleNamespace(nbytes=n_bytes)
    model = SimpleNamespace(optimizer=None, weights=[SimpleNamespace(size=0, value=value)],
                            trainable_weights=[], non_trainable_weights=[])
    assert summary._totals(model, False)[0] == f" Total params: 0 ({shown})"


def test_float64_counts_its_bytes():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, dtype="float64")])
    assert "Total params: 4 (32.00 B)" in text(model)
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 3)), np.ones(2), verbose=0)
    assert "Optimizer params: 2 " in text(model)
