"""F-scores against Keras 3 (golden/metrics.json) and bad arguments."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases("F1Score", "FBetaScore"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


def test_variables_come_with_the_first_batch():
    metric = metrics.F1Score()
    assert metric.variables == []
    with pytest.raises(ValueError, match="expected a batch before the result"):
        metric.result()
    metric.reset_state()
    metric.update_state(np.eye(3), np.eye(3))
    assert [v.name for v in metric.variables] == [
        "true_positives", "false_positives", "false_negatives", "intermediate_weights"]
    assert {v.shape for v in metric.variables} == {(3,)}
    micro = metrics.F1Score("micro")
    micro.update_state(np.eye(3), np.eye(3))
    assert {v.shape for v in micro.variables} == {()}


def test_without_threshold_all_that_are_largest_count():
    metric = metrics.F1Score()
    assert metric([[1, 1, 0]], [[0.5, 0.5, 0.1]]).tolist() == pytest.approx([1, 1, 0], abs=1e-6)
    assert metrics.F1Score()([[1, 0]], [[0.0, 0.0]]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("arguments", "message"), [
    ({"average": "mini"}, r"Invalid `average` argument value"),
    ({"beta": 1}, r"Invalid `beta` argument value. It should be a Python float"),
    ({"beta": -1.0}, r"Invalid `beta` argument value. It should be > 0"),
    ({"threshold": 1}, r"Invalid `threshold` argument value. It should be a Python float"),
    ({"threshold": 0.0}, r"Invalid `threshold` argument value. It should verify 0 < threshold"),
    ({"threshold": 1.1}, r"Invalid `threshold` argument value. It should verify 0 < threshold"),
])
def test_arguments_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.FBetaScore(**arguments)


@pytest.mark.parametrize(("y_true", "y_pred"), [((3,), (3, 2)), ((3,), (3,)), ((3, 2), (3, 4))])
def test_shapes_refused(y_true, y_pred):
    with pytest.raises(ValueError, match=r"F1Score expects 2D inputs with shape \(batch_size"):
        metrics.F1Score().update_state(np.zeros(y_true), np.zeros(y_pred))


def test_config():
    assert metrics.F1Score("macro", 0.5).get_config() == {
        "name": "f1_score", "dtype": "float32", "average": "macro", "threshold": 0.5}
    assert metrics.FBetaScore(beta=2.0).get_config() == {
        "name": "fbeta_score", "dtype": "float32", "average": None, "threshold": None, "beta": 2.0}


@pytest.mark.parametrize(("metric", "shape"), [
    (metrics.F1Score(), (3,)), (metrics.F1Score("micro"), ()),
])
def test_build_for(metric, shape):
    metric.build_for((None, 3), (None, 3))
    assert [v.shape for v in metric.variables] == 4 * [shape]
    kept = metric.variables
    metric.update_state(np.eye(3), np.eye(3))
    assert all(a is b for a, b in zip(kept, metric.variables, strict=True))
    with pytest.raises(ValueError, match="expects 2D inputs"):
        metric.build_for((None,), (None, 3))
