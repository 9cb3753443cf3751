"""Activations of straight lines, at the points where they are joined."""

import numpy as np
import pytest

from fastdense import activations

X = np.array([-np.inf, -4, -3, -1, 0, 1, 3, 4, np.inf])


@pytest.mark.parametrize(("name", "expected"), [
    ("hard_tanh", [-1, -1, -1, -1, 0, 1, 1, 1, 1]),
    ("hard_sigmoid", [0, 0, 0, 1 / 3, 0.5, 2 / 3, 1, 1, 1]),
    ("sparse_sigmoid", [0, 0, 0, 0, 0.5, 1, 1, 1, 1]),
    ("sparse_plus", [0, 0, 0, 0, 0.25, 1, 3, 4, np.inf]),
    ("hard_silu", [np.nan, 0, 0, -1 / 3, 0, 2 / 3, 3, 4, np.inf]),
])
def test_joints(name, expected):
    np.testing.assert_allclose(getattr(activations, name)(X), expected, rtol=1e-15)
    assert np.isnan(getattr(activations, name)([np.nan]))[0]
