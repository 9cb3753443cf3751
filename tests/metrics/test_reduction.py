"""Sums and means against Keras 3 (golden/metrics.json), and what the engine may compute itself."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from fastdense import losses, metrics
from fastdense.kernels.rules import MetricRule

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text())


@pytest.mark.parametrize("case", GOLDEN["reductions"], ids=lambda c: f"{c['values']}{c['weights']}")
@pytest.mark.parametrize("name", ["mean", "sum"])
def test_reductions_of_keras(case, name):
    metric = metrics.get(name)
    result = metric(case["values"], sample_weight=case["weights"])
    assert result == pytest.approx(case[name], rel=1e-6)
    assert result.dtype == "float32"


def test_before_the_first_batch():
    assert metrics.Mean().result() == 0.0 and metrics.Sum().result() == 0.0


def test_batches_of_different_size_and_weight():
    metric = metrics.Mean()
    metric.update_state([1.0, 2.0, 3.0])
    metric.update_state([10.0], sample_weight=[3.0])
    assert metric.result() == 6.0
    metric.reset_state()
    assert metric.result() == 0.0
    assert metric([5.0]) == 5.0


def test_sums_are_float64():
    for kind in (metrics.Mean, metrics.Sum):
        assert {v.dtype for v in kind().variables} == {"float64"}
    metric = metrics.Sum(dtype="float64")
    metric.update_state([2.0**30])
    metric.update_state([2.0**-20])
    assert metric.result() == 2.0**30 + 2.0**-20


def test_sums_from_the_engine_are_what_update_state_makes():
    one, other = metrics.Mean(), metrics.Mean()
    one.update_state([1.0, 2.0], sample_weight=[2.0, 3.0])
    other.add_sums(8.0, 5.0)
    assert one.result() == other.result() == np.float32(1.6)
    other.set_sums(8.0, 2.0)  # in place of those it has
    assert other.result() == np.float32(4.0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_the_result(dtype):
    assert metrics.Mean(dtype=dtype)([1.0, 2.0]).dtype == dtype
    assert metrics.Sum(dtype=dtype)([1.0, 2.0]).dtype == dtype


def distance(y_true, y_pred, scale=1.0):
    return scale * np.abs(np.subtract(y_true, y_pred))


def test_wrapper():
    metric = metrics.MeanMetricWrapper(distance, name="d", scale=2.0)
    assert metric([0.0, 0.0], [1.0, 2.0]) == 3.0
    metric.update_state([0.0], [6.0], sample_weight=[2.0])
    assert metric.result() == 7.5
    again = metrics.MeanMetricWrapper.from_config(metric.get_config())
    assert again.get_config() == metric.get_config() == {
        "name": "d", "dtype": "float32", "fn": distance, "scale": 2.0}
    assert again.result() == 0.0


@pytest.mark.parametrize("fn", [metrics.binary_accuracy, metrics.huber, metrics.mean_squared_error,
                                metrics.pearson_correlation])
def test_config_of_a_file(fn):
    metric = metrics.MeanMetricWrapper(fn, name="m")
    config = {**metric.get_config(), "fn": metrics.serialize(fn)}
    again = metrics.MeanMetricWrapper.from_config(config)
    assert again._fn is fn and again.get_config() == metric.get_config()


@pytest.mark.parametrize("name", ["resolve", "get", "eval", "MeanSquaredError"])
def test_a_config_names_functions_of_a_closed_list(name):
    fn = {"class_name": "function", "config": name}
    with pytest.raises(ValueError, match="Could not interpret metric function identifier"):
        metrics.MeanMetricWrapper.from_config({"name": "m", "fn": fn})


@pytest.mark.parametrize(("metric", "rule"), [
    (metrics.BinaryAccuracy(threshold=0.3), MetricRule("binary_accuracy", threshold=0.3)),
    (metrics.CategoricalAccuracy(), MetricRule("categorical_accuracy")),
    (metrics.SparseCategoricalAccuracy(), MetricRule("sparse_categorical_accuracy")),
    (metrics.MeanSquaredError(), MetricRule("mean_squared_error")),
    (metrics.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
     MetricRule("binary_crossentropy", from_logits=True, label_smoothing=0.1)),
    (metrics.CategoricalCrossentropy(), MetricRule("categorical_crossentropy")),
    (metrics.SparseCategoricalCrossentropy(from_logits=True),
     MetricRule("sparse_categorical_crossentropy", from_logits=True)),
    (metrics.MeanMetricWrapper(metrics.binary_accuracy), MetricRule("binary_accuracy")),
    (metrics.MeanMetricWrapper(losses.mse), MetricRule("mean_squared_error")),
    (metrics.MeanAbsoluteError(), MetricRule("mean_absolute_error")),
    (metrics.LogCoshError(), MetricRule("log_cosh")),
    (metrics.MeanMetricWrapper(losses.huber, delta=2.0), MetricRule("huber", delta=2.0)),
    (metrics.Poisson(), None),
    (metrics.CosineSimilarity(), None),
    (metrics.MeanMetricWrapper(distance), None),
    (metrics.MeanMetricWrapper(distance, scale=2.0), None),
    (metrics.Mean(), None),
    (metrics.Accuracy(), None),
    (metrics.TopKCategoricalAccuracy(), None),
    (metrics.SparseTopKCategoricalAccuracy(), None),
    (metrics.SparseCategoricalCrossentropy(ignore_class=0), None),
    (metrics.BinaryCrossentropy(label_smoothing=np.array([0.1, 0.2])), None),
])
def test_rule(metric, rule):
    assert metric.rule == rule


@pytest.mark.parametrize("method", ["update_state", "result", "reset_state", "__call__"])
def test_a_changed_subclass_has_no_rule(method):
    changed = type("Changed", (metrics.BinaryAccuracy,), {method: lambda self, *args: None})
    assert changed().rule is None


@pytest.mark.parametrize(("metric", "direction"), [
    (metrics.BinaryAccuracy(), "up"), (metrics.MeanSquaredError(), "down"),
    (metrics.CategoricalCrossentropy(), "down"), (metrics.TopKCategoricalAccuracy(), "up"),
    (metrics.MeanMetricWrapper(losses.mse), "down"),
    (metrics.MeanMetricWrapper(losses.MeanSquaredError()), "down"),
])
def test_direction(metric, direction):
    assert metric._direction == direction


@pytest.mark.parametrize("metric", [metrics.Mean(), metrics.MeanMetricWrapper(distance)])
def test_no_direction_where_it_is_not_known(metric):
    assert not hasattr(metric, "_direction")


def test_pickle():
    metric = metrics.MeanMetricWrapper(distance, name="d")
    metric.update_state([0.0], [6.0])
    assert pickle.loads(pickle.dumps(metric)).result() == 6.0
