"""What tests of losses share: Keras's golden numbers, derivatives by central differences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from fastdense import losses

GOLDEN = json.loads(Path(__file__).with_name("golden").joinpath("losses.json").read_text())
EPSILON = 1e-7


def cases(*names):
    """The golden cases of these loss functions."""
    found = [case for case in GOLDEN["functions"] if case["name"] in names]
    if {case["name"] for case in found} != set(names):
        raise LookupError(f"no golden numbers of some of {names}")
    return found


def case_id(case):
    return f"{case['name']}-{case['options']}"


def check_case(case, dtype):
    """Compare a loss function and its gradient with Keras's, which were computed in float32.

    Keras rounds to float32 at every step and 1 - 1e-7 there is 1 - 1.19e-7, so what is clipped is
    compared in float32 only.
    """
    y_true, y_pred = np.array(case["y_true"]), np.array(case["y_pred"], dtype)
    function = getattr(losses, case["name"])
    values = function(y_true, y_pred, **case["options"])
    gradient = function.gradient(y_true, y_pred, **case["options"])
    assert values.dtype == gradient.dtype == dtype
    assert values.shape == np.shape(case["values"]) and gradient.shape == y_pred.shape
    golden = np.array(case["gradient"], float)
    pole = np.isnan(golden)  # 0 * inf in Keras
    assert np.isfinite(gradient).all()
    is_clipped = (y_pred <= EPSILON) | (y_pred >= 1 - EPSILON)
    if dtype == "float32" or not ("entropy" in case["name"] and is_clipped.any()):
        np.testing.assert_allclose(values, case["values"], rtol=2e-6, atol=1e-6)
        np.testing.assert_allclose(gradient[~pole], golden[~pole], rtol=2e-6, atol=1e-6)


def check_derivative(loss, y_true, y_pred, rtol=1e-6):
    """Compare `loss.gradient` with central differences of the sum of `loss.call`, in float64."""
    y_pred = np.asarray(y_pred, "float64")
    step, numeric = 1e-6, np.empty_like(y_pred)
    for i in np.ndindex(y_pred.shape):
        bump = np.zeros_like(y_pred)
        bump[i] = step
        more, less = loss.call(y_true, y_pred + bump), loss.call(y_true, y_pred - bump)
        numeric[i] = np.sum(more - less) / (2 * step)
    np.testing.assert_allclose(loss.gradient(y_true, y_pred), numeric, rtol=rtol, atol=1e-8)
