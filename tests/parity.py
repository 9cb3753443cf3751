"""What tests of losses share: Keras's golden numbers, derivatives by central differences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from fastdense import losses, metrics

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


def check_config(kind):
    """A loss without options comes back from its configuration as it was."""
    loss = kind(reduction="sum")
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is kind
    assert again.get_config() == loss.get_config() == {
        "name": loss.fn.__name__, "reduction": "sum"}


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


# -- metrics ---------------------------------------------------------------------------------------

METRICS = json.loads(Path(__file__).with_name("golden").joinpath("metrics.json").read_text())


def metric_cases(*names):
    """The golden cases of these metrics, each without and with sample weights."""
    found = [case for case in METRICS["results"] if case["name"] in names]
    if {case["name"] for case in found} != set(names):
        raise LookupError(f"no golden numbers of some of {names}")
    return found


def metric_id(case):
    weighted = "-weighted" if case["weighted"] else ""
    return f"{case['name']}-{case['options']}-{case['data']}{weighted}"


def updated(case, parts=(slice(0, 8), slice(8, None)), as_list=False):
    """The metric of a golden case after its two batches."""
    metric = getattr(metrics, case["name"])(**case["options"])
    weights = np.array(METRICS["weights"]) if case["weighted"] else None
    if isinstance(metric, metrics.IoU) and weights is not None:
        weights = weights.astype(int)
    for part in parts:
        batch = [np.array(y)[part] for y in METRICS["data"][case["data"]]]
        if as_list:
            batch = [y.tolist() for y in batch]
        metric.update_state(*batch, sample_weight=None if weights is None else weights[part])
    return metric


def check_metric(case, rtol=1e-6):
    """Compare a metric with Keras's after the same batches: split, from lists, and again."""
    metric = updated(case)
    result, golden = metric.result(), np.array(case["result"])
    np.testing.assert_allclose(result, golden, rtol=rtol, atol=1e-7)
    assert np.shape(result) == golden.shape
    assert result.dtype == ("float32" if "IoU" in case["name"] else metric.dtype)
    again = updated(case, parts=(slice(0, 3), slice(3, 4), slice(4, None)), as_list=True)
    np.testing.assert_allclose(again.result(), golden, rtol=rtol, atol=1e-7)
    metric.reset_state()
    assert not any(np.any(variable.value) for variable in metric.variables)
    copy = type(metric).from_config(json.loads(json.dumps(metric.get_config())))
    assert copy.get_config() == metric.get_config()
