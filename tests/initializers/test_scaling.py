"""Initializers whose spread follows from the shape."""

import json
import math

import numpy as np
import pytest

from fastdense import initializers
from fastdense.initializers import VarianceScaling
from fastdense.initializers.scaling import compute_fans

SHAPE = (500, 300)


@pytest.mark.parametrize(("name", "variance", "uniform"), [
    ("GlorotUniform", 2 / 800, True), ("GlorotNormal", 2 / 800, False),
    ("HeUniform", 2 / 500, True), ("HeNormal", 2 / 500, False),
    ("LecunUniform", 1 / 500, True), ("LecunNormal", 1 / 500, False),
])
def test_named(name, variance, uniform):
    initializer = getattr(initializers, name)(seed=1)
    values = initializer(SHAPE, "float64")
    std = math.sqrt(variance)
    assert values.std() == pytest.approx(std, rel=0.01)
    assert abs(values.mean()) < 5 * std / math.sqrt(values.size)
    limit = math.sqrt(3) * std if uniform else 2 * std / 0.87962566103423978
    assert 0.99 * limit < np.abs(values).max() <= limit
    assert initializer.get_config() == {"seed": 1, "input_axes": None, "output_axes": None}
    again = initializers.deserialize(json.loads(json.dumps(initializers.serialize(initializer))))
    np.testing.assert_array_equal(again(SHAPE, "float64"), values)


@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 500), ("fan_out", 300), ("fan_avg", 400)])
@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
def test_variance(mode, fan, distribution):
    values = VarianceScaling(3.0, mode, distribution, seed=1)(SHAPE)
    assert values.std() == pytest.approx(math.sqrt(3.0 / fan), rel=0.01)


def test_normal_means_truncated():
    initializer = VarianceScaling(distribution="Normal")
    assert initializer.distribution == "truncated_normal"


def test_axes():
    values = VarianceScaling(2.0, seed=1, input_axes=[0], output_axes=[1, 2])((40, 50, 60))
    assert values.std() == pytest.approx(math.sqrt(2.0 / 40), rel=0.01)


@pytest.mark.parametrize(("shape", "fans"), [
    ((), (1, 1)), ((7,), (7, 7)), ((784, 10), (784, 10)), ((3, 3, 4, 5), (36, 45)),
    ((0, 4), (0, 4)),
])
def test_compute_fans(shape, fans):
    assert compute_fans(shape) == fans


@pytest.mark.parametrize(("axes", "fans"), [
    (([0], [1, 2]), (512, 512)), (([0, 1], [2]), (4096, 64)), (([0], None), (4096, 32768)),
])
def test_compute_fans_with_axes(axes, fans):
    assert compute_fans((512, 8, 64), *axes) == fans


def test_no_inputs():
    assert initializers.HeNormal()((0, 4)).shape == (0, 4)


@pytest.mark.parametrize(("options", "message"), [
    ({"scale": 0.0}, "Argument `scale` must be positive float."),
    ({"scale": -1.0}, "Argument `scale` must be positive float."),
    ({"mode": "fan"}, "Invalid `mode` argument: fan.*fan_avg"),
    ({"distribution": "gauss"}, "Invalid `distribution` argument: gauss.*uniform"),
])
def test_refused(options, message):
    with pytest.raises(ValueError, match=message):
        VarianceScaling(**options)
