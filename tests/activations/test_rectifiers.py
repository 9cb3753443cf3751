"""Rectified units at their corners, at infinity and on other inputs (values: test_rules.py)."""

import numpy as np
import pytest

from fastdense import activations

RELUS = [{}, {"negative_slope": 0.1}, {"max_value": 2.0}, {"threshold": 1.0},
         {"negative_slope": 0.5, "max_value": 3.0, "threshold": 0.25}]


@pytest.mark.parametrize("options", RELUS)
def test_relu_keeps_nan_and_infinity(options):
    x = np.array([np.nan, np.inf, -np.inf], "float32")
    result = activations.relu(x, **options)
    assert np.isnan(result[0])
    assert result[1] == options.get("max_value", np.inf)
    assert result[2] == (-np.inf if options.get("negative_slope") else 0)


@pytest.mark.parametrize("options", RELUS)
def test_relu_leaves_its_argument_alone(options):
    x = np.array([-1.0, 0.5, 9.0])
    x.flags.writeable = False
    activations.relu(x, **options)
    np.testing.assert_array_equal(x, [-1.0, 0.5, 9.0])


@pytest.mark.parametrize("x", [[-1, 2], np.array([-1, 2]), [-1.0, 2.0]])
@pytest.mark.parametrize("options", RELUS[:2])
def test_other_numbers_become_floatx(x, options):
    assert activations.relu(x, **options).dtype == "float32"


@pytest.mark.parametrize(("function", "options"), [
    (activations.relu6, {}), (activations.leaky_relu, {}), (activations.elu, {}),
    (activations.selu, {}), (activations.celu, {}), (activations.hard_shrink, {}),
    (activations.soft_shrink, {}), (activations.threshold,
                                    {"threshold": 0.0, "default_value": 1.0})])
def test_nan_stays_nan_and_infinity_is_no_nan(function, options):
    result = function(np.array([np.nan, np.inf, -np.inf, 0.0]), **options)
    assert np.isnan(result).tolist() == [True, False, False, False]


def test_small_arguments_keep_their_accuracy():
    x = -np.geomspace(1e-30, 1, 200)
    np.testing.assert_allclose(activations.elu(x), np.expm1(x), rtol=1e-15)
    np.testing.assert_allclose(activations.elu(x.astype("f4")), np.expm1(x), rtol=3e-7)
