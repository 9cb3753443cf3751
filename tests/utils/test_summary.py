"""The table of a model, to the letter."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers

UNBUILT = """\
Model: "digits"
┏━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┓
┃ Layer (type)    ┃ Output Shape  ┃      Param # ┃
┡━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━┩
│ hidden (Dense)  │ ?             │  0 (unbuilt) │
├─────────────────┼───────────────┼──────────────┤
│ out (Dense)     │ ?             │  0 (unbuilt) │
└─────────────────┴───────────────┴──────────────┘
 Total params: 0 (0.00 B)
 Trainable params: 0 (0.00 B)
 Non-trainable params: 0 (0.00 B)"""

BUILT = """\
Model: "digits"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)                ┃ Output Shape             ┃             Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━┩
│ hidden (Dense)              │ (None, 512)              │             401,920 │
├─────────────────────────────┼──────────────────────────┼─────────────────────┤
│ out (Dense)                 │ (None, 10)               │               5,130 │
└─────────────────────────────┴──────────────────────────┴─────────────────────┘
 Total params: 407,050 (1.55 MB)
 Trainable params: 407,050 (1.55 MB)
 Non-trainable params: 0 (0.00 B)"""

TRAINED = """\
Model: "digits"
┏━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━┓
┃ Layer (ty… ┃ Output Sha… ┃ Param # ┃ Trainable ┃
┡━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━┩
│ hidden (D… │ (None, 512) │ 401,920 │         N │
├────────────┼─────────────┼─────────┼───────────┤
│ out (Dens… │ (None, 10)  │   5,130 │         Y │
└────────────┴─────────────┴─────────┴───────────┘
 Total params: 412,182 (1.57 MB)
 Trainable params: 5,130 (20.04 KB)
 Non-trainable params: 401,920 (1.53 MB)
 Optimizer params: 5,132 (20.05 KB)"""

NESTED = """\
Model: "outer"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)              ┃ Output Shape       ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ digits (Sequential)       │ (None, 10)         │       407,050 │
├───────────────────────────┼────────────────────┼───────────────┤
│   hidden (Dense)          │ (None, 512)        │       401,920 │
├───────────────────────────┼────────────────────┼───────────────┤
│   out (Dense)             │ (None, 10)         │         5,130 │
├───────────────────────────┼────────────────────┼───────────────┤
│ flat (Flatten)            │ (None, 10)         │             0 │
└───────────────────────────┴────────────────────┴───────────────┘
 Total params: 407,050 (1.55 MB)
 Trainable params: 407,050 (1.55 MB)
 Non-trainable params: 0 (0.00 B)"""


def digits():
    return keras.Sequential([layers.Dense(512, activation="relu", name="hidden"),
                             layers.Dense(10, name="out")], name="digits")


def text(model, **options):
    texts = []
    assert model.summary(print_fn=texts.append, **options) is None
    assert len(texts) == 1
    return texts[0]


def test_unbuilt():
    assert text(digits(), line_length=50) == UNBUILT


def test_built():
    model = digits()
    model.build((None, 784))
    assert text(model, line_length=80) == BUILT
    model.compile("rmsprop", "mse")  # without a step there is no state
    assert text(model, line_length=80) == BUILT


def test_trained_and_partly_frozen():
    model = digits()
    model.layers[0].trainable = False
    model.compile("rmsprop", "mse")
    model.fit(np.zeros((2, 784)), np.zeros((2, 10)), verbose=0)
    assert text(model, line_length=50, show_trainable=True) == TRAINED


def test_nested():
    inner = digits()
    outer = keras.Sequential([keras.Input((784,)), inner, layers.Flatten(name="flat")],
                             name="outer")
    assert text(outer, line_length=66, expand_nested=True) == NESTED
    assert "hidden" not in text(outer)


def test_nothing_in_it():
    assert text(keras.Sequential(name="e")).endswith(" Non-trainable params: 0 (0.00 B)")


@pytest.mark.parametrize("width", [40, 50, 66, 80, 120])
def test_lines_are_as_wide_as_asked(width):
    model = digits()
    model.build((None, 784))
    table = [line for line in text(model, line_length=width).splitlines() if line[0] not in "M "]
    assert {len(line) for line in table} == {width}


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("200", 80)])
def test_width_is_that_of_the_terminal_up_to_80(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert len(text(digits()).splitlines()[1]) == width


def test_printed(capsys):
    digits().summary(line_length=50)
    assert capsys.readouterr().out == UNBUILT + "\n"
