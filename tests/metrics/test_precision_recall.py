"""Precision and recall against Keras 3 (golden/metrics.json)."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases("Precision", "Recall"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


@pytest.mark.parametrize(("kind", "other"), [
    (metrics.Precision, "false_positives"), (metrics.Recall, "false_negatives"),
])
def test_variables_and_config(kind, other):
    metric = kind(top_k=2, class_id=1)
    assert [v.name for v in metric.variables] == ["true_positives", other]
    assert metric.get_config() == {"name": metric.name, "dtype": "float32", "thresholds": None,
                                   "top_k": 2, "class_id": 1}
    assert kind().thresholds == [0.5] and kind(top_k=1).thresholds == [-1e10]


@pytest.mark.parametrize("kind", [metrics.Precision, metrics.Recall])
def test_of_nothing(kind):
    assert kind().result() == 0.0
    assert kind()([0, 0], [0.1, 0.2]) == 0.0
    assert kind()([1, 1], [0.9, 0.8], sample_weight=[0, 0]) == 0.0


@pytest.mark.parametrize("kind", [metrics.Precision, metrics.Recall])
def test_without_top_k_or_threshold_logits_are_not_cut(kind):
    """With top_k every one of the k largest is positive, also below 0."""
    y_true, y_pred = np.eye(3), np.float32([[-1, -2, -3], [-5, -4, -9], [-3, -2, -7]])
    assert kind(top_k=1)(y_true, y_pred) == pytest.approx(2 / 3)
    assert kind()(y_true, y_pred) == 0.0
