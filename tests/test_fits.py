"""Every way to feed `fit` and its kin gives what Keras gave: logs, weights (tests/golden/).

Values agree within 1e-5 relative: a few dozen float32 steps, each off by some eps, as in
test_golden. Keras rounds its logs to float32, and a weight may be nearly zero: hence 1e-6 absolute.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import make_fits

import fastdense

GOLDEN = json.loads((Path(__file__).parent / "golden" / "fits.json").read_text())


def compare(got, expected, where):
    if isinstance(expected, dict):
        assert list(got) == list(expected), where  # also the order of the keys
        for key in expected:
            compare(got[key], expected[key], f"{where}, {key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), where
        for i, (a, b) in enumerate(zip(got, expected, strict=True)):
            compare(a, b, f"{where}[{i}]")
    elif isinstance(expected, float):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6, err_msg=where)
    else:
        assert got == expected, where


@pytest.mark.parametrize("name", make_fits.CASES)
def test_as_keras(name):
    compare(make_fits.CASES[name](fastdense), GOLDEN[name], name)


def test_every_case_is_stored():
    assert set(GOLDEN) == set(make_fits.CASES)
    trained = [case["history"]["loss"] for case in GOLDEN.values() if "history" in case]
    assert all(loss[0] != loss[-1] for loss in trained)
