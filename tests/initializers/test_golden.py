"""Initializers against Keras 3 (golden/weights.json): values, or moments where they are drawn."""

import inspect
import json
import math
from pathlib import Path

import numpy as np
import pytest

from fastdense import initializers, random
from fastdense.initializers.scaling import compute_fans

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "weights.json").read_text())
SHAPE = tuple(GOLDEN["shape"])


def title(case):
    return case["name"] + "-".join(str(value) for value in case["options"].values())


@pytest.mark.parametrize("case", GOLDEN["random"], ids=title)
def test_moments(case):
    n = math.prod(SHAPE)
    values = getattr(initializers, case["name"])(seed=5, **case["options"])(SHAPE, "float64")
    # Two samples of one distribution: five standard errors of the difference of two means, and of
    # two standard deviations, whose own is at most std / sqrt(2 n).
    assert abs(values.mean() - case["mean"]) < 5 * case["std"] * math.sqrt(2 / n)
    assert abs(values.std() - case["std"]) < 5 * case["std"] * math.sqrt(1 / n)
    extreme = np.abs(values - values.mean()).max()
    bounded = case["extreme"] < 2.5 * case["std"]  # uniform, or cut at two standard deviations
    assert extreme == pytest.approx(case["extreme"], rel=1e-3 if bounded else 0.25)


@pytest.mark.parametrize("case", GOLDEN["fixed"], ids=title)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values(case, dtype):
    values = getattr(initializers, case["name"])(**case["options"])(tuple(case["shape"]), dtype)
    np.testing.assert_array_equal(values, case["values"])
    assert values.dtype == dtype and values.shape == tuple(case["shape"])


@pytest.mark.parametrize(("shape", "input_axes", "output_axes", "fans"), GOLDEN["fans"])
def test_fans(shape, input_axes, output_axes, fans):
    assert compute_fans(tuple(shape), input_axes, output_axes) == tuple(fans)


@pytest.mark.parametrize("name", GOLDEN["configs"])
def test_arguments_and_config(name):
    cls, expected = getattr(initializers, name), GOLDEN["configs"][name]
    defaults = {key: value.default for key, value in inspect.signature(cls).parameters.items()
                if value.kind is value.POSITIONAL_OR_KEYWORD}
    assert list(defaults.items()) == list(expected["defaults"].items())
    if name == "Identity":
        expected["config"] = {"gain": 1.0}  # Keras forgets it, and a copy has another gain
    assert cls().get_config() == expected["config"]


@pytest.mark.parametrize("case", GOLDEN["random"], ids=title)
def test_seeds(case):
    cls = getattr(initializers, case["name"])
    once = cls(**case["options"])
    assert (once((5, 4)) == once((5, 4))).all()  # one seed, drawn when it was made
    assert (once((5, 4)) != cls(**case["options"])((5, 4))).any()
    assert (cls(seed=3, **case["options"])((5, 4)) == cls(seed=3, **case["options"])((5, 4))).all()
    assert (cls(seed=3, **case["options"])((5, 4)) != cls(seed=4, **case["options"])((5, 4))).any()
    stream = cls(seed=random.SeedGenerator(3), **case["options"])
    first, second = stream((5, 4)), stream((5, 4))
    assert (first != second).any()
    again = cls(seed=random.SeedGenerator(3), **case["options"])
    assert (again((5, 4)) == first).all() and (again((5, 4)) == second).all()
    assert (once.clone()((5, 4)) != once((5, 4))).any()  # the config holds what the user said


def test_uniform_integers():
    values = initializers.RandomUniform(-3, 9, seed=1)((2000,), "int32")
    assert values.dtype == "int32" and set(values) == set(range(-3, 9))
