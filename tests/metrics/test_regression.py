"""Errors of numbers against Keras 3 (golden/metrics.json)."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases(
    "MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError", "LogCoshError", "CosineSimilarity"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


@pytest.mark.parametrize(("kind", "expected"), [
    (metrics.MeanSquaredError, 2.0), (metrics.RootMeanSquaredError, np.sqrt(2)),
    (metrics.MeanAbsoluteError, 1.0),
])
def test_targets_without_the_last_axis(kind, expected):
    assert kind()([1.0, 2.0], [[1.0], [4.0]]) == pytest.approx(expected)


def test_root_is_of_all_batches():
    metric = metrics.RootMeanSquaredError()
    metric.update_state([0.0], [3.0])
    metric.update_state([0.0, 0.0], [0.0, 0.0], sample_weight=[1.0, 7.0])
    assert metric.result() == 1.0
    assert metric.rule is None


def test_cosine_along_an_axis():
    y_true, y_pred = np.random.default_rng(0).standard_normal((2, 4, 3))
    assert metrics.CosineSimilarity(axis=0)(y_true, y_pred) == metrics.CosineSimilarity()(
        y_true.T, y_pred.T)
    assert metrics.CosineSimilarity()(y_true, 3 * y_true) == pytest.approx(1.0)
