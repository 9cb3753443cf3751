"""The first row of the targets that a step must not see."""

import numpy as np
import pytest


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (100, 65)])
def test_first_nan(engine, shape):
    y = np.full(shape, np.inf, engine.dtype)
    assert engine.first_nan(y) == -1
    for row in (len(y) - 1, len(y) // 2):
        y[row, -1] = np.nan
        assert engine.first_nan(y) == row


@pytest.mark.parametrize("wrong", [-1, 5, 2**62, -2**63])
def test_first_outside(engine, wrong):
    labels = np.arange(40).reshape(-1, 2) % 5
    assert engine.first_outside(labels, 5) == -1
    labels[19, 1] = labels[7, 0] = wrong
    assert engine.first_outside(labels, 5) == 7


def test_nothing_is_fine(engine):
    assert engine.first_nan(np.zeros((0, 3), engine.dtype)) == -1
    assert engine.first_outside(np.zeros((3, 0), np.int64), 0) == -1
