"""Identifiers, configs, variables, settings, utils and seeds as in Keras (golden/helpers.json)."""

import json
from pathlib import Path

import pytest
from golden.make_helpers import CASES

import fastdense as keras

GOLDEN = json.loads((Path(__file__).parent / "golden" / "helpers.json").read_text())

# Where the answer is another one on purpose.
DIFFERENT = {}


@pytest.mark.parametrize("name", CASES)
def test_as_keras(name):
    ours, expected = CASES.compare(name, keras, GOLDEN)
    assert (ours == expected) == (name not in DIFFERENT), f"{ours} against Keras's {expected}"


def test_tables_are_up_to_date():
    assert set(GOLDEN) == set(CASES) > set(DIFFERENT)
