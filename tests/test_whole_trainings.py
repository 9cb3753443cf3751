"""Trainings of a hundred steps and more, as users write them, log what Keras logs (tests/golden/).

Losses agree within 1e-4 relative: a step adds some eps of float32 to the weights, and the loss
follows them. Metrics that count samples may differ by one on the edge between two classes.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import make_whole_trainings

import fastdense

GOLDEN = json.loads((Path(__file__).parent / "golden" / "whole_trainings.json").read_text())
COUNTS = {"accuracy": 1.5 / 40, "auc": 0.01}  # one sample of the validation's 40, one threshold


def tolerance(name):
    """Absolute and relative, of a log."""
    absolute = next((COUNTS[end] for end in COUNTS if name.endswith(end)), 1e-6)
    return {"rtol": 1e-4, "atol": absolute}


@pytest.mark.parametrize("name", make_whole_trainings.CASES)
def test_as_keras(name):
    got, expected = make_whole_trainings.run(fastdense, name), GOLDEN[name]
    for part in ("history", "evaluation"):
        assert set(got[part]) == set(expected[part])
        for key, values in expected[part].items():
            np.testing.assert_allclose(got[part][key], values, **tolerance(key), err_msg=key)


def test_the_cases_train():
    """Every stored loss falls far, so that agreeing with it says something."""
    assert set(GOLDEN) == set(make_whole_trainings.CASES)
    for case in GOLDEN.values():
        loss = case["history"]["loss"]
        assert min(loss) < 0.7 * loss[0]
