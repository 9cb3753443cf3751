"""Building a Sequential as Keras does, behaviour by behaviour (golden/building.json)."""

import json
from pathlib import Path

import pytest
from golden.make_building import CASES

import fastdense as keras

GOLDEN = json.loads((Path(__file__).parent / "golden" / "building.json").read_text())

# Where the answer is another one on purpose.
DIFFERENT = {
    "deferred_by_call": "Keras ties the model to the batch size of the first array it is called "
                        "on; here every batch size stays welcome",
}


@pytest.mark.parametrize("name", CASES)
def test_as_keras(name):
    ours, expected = CASES.compare(name, keras, GOLDEN)
    assert (ours == expected) == (name not in DIFFERENT), f"{ours} against Keras's {expected}"


def test_tables_are_up_to_date():
    assert set(GOLDEN) == set(CASES) > set(DIFFERENT)
