"""Axes brought to the end and back: every order, checked on arrays."""

import itertools

import numpy as np
import pytest

from fastdense.kernels import f64
from fastdense.kernels.rules import Stage
from fastdense.layers.axes import positions, rearranged, together


@pytest.mark.parametrize(("axis", "ndim", "expected"), [
    (-1, 3, [2]), ([2, -2], 3, [1, 2]), ((), 3, []), (0, 1, [0])])
def test_positions(axis, ndim, expected):
    assert positions(list(axis) if isinstance(axis, tuple) else axis, ndim) == expected


@pytest.mark.parametrize("axis", [3, -4, [1, 3]])
def test_no_such_axis(axis):
    with pytest.raises(ValueError, match=r"Axis -?\d is out of bounds for an input of 3 axes"):
        positions(axis, 3)


def test_an_axis_comes_twice():
    with pytest.raises(ValueError, match="no axis to come twice"):
        positions([1, -2], 3)


def computed(stages, x):
    stages = [Stage("activation", stages[0].n_in, stages[0].n_in, stages[0].rows, "silu"), *stages]
    last = stages[-1]
    out = np.empty((len(x), last.rows_after * last.n_out))
    plan = f64.Plan(f64.Network(stages), len(x))
    plan.predict(f64.Source(x.reshape(len(x), -1)), out, 0, len(x))
    return out


def silu(x):
    return x / (1 + np.exp(-x))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_rearranged(rng, order):
    x = rng.standard_normal((5, 2, 3, 4))
    expected = silu(x).transpose(0, *(i + 1 for i in order))
    stages = rearranged((2, 3, 4), order, expected.shape[-1])
    if not stages:
        assert order == (0, 1, 2)
        return
    np.testing.assert_allclose(computed(stages, x), expected.reshape(5, -1), rtol=1e-14)


@pytest.mark.parametrize("axes", [[1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3], []])
def test_together(rng, axes):
    """A softmax in between sees just these axes; what is around it cancels."""
    x = rng.standard_normal((5, 2, 3, 4))
    stages = together((2, 3, 4), axes, lambda rows, n: [
        Stage("activation", n, n, rows, "softmax")])
    e = np.exp(silu(x))
    total = e.sum(axis=tuple(axes), keepdims=True) if axes else e
    np.testing.assert_allclose(computed(stages, x), (e / total).reshape(5, -1), rtol=1e-13)
