"""The best of one rate at a bound of another against Keras 3 (golden/metrics.json)."""

import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics

ARGUMENTS = {"SensitivityAtSpecificity": "specificity", "SpecificityAtSensitivity": "sensitivity",
             "PrecisionAtRecall": "recall", "RecallAtPrecision": "precision"}


@pytest.mark.parametrize("case", metric_cases(*ARGUMENTS), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS.items())
def test_variables_and_config(name, argument):
    metric = getattr(metrics, name)(0.25, num_thresholds=5, class_id=1)
    assert getattr(metric, argument) == metric.value == 0.25
    assert metric.thresholds == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert [v.name for v in metric.variables] == [
        "true_positives", "false_positives", "true_negatives", "false_negatives"]
    assert metric.get_config() == {"name": metric.name, "dtype": "float32", "num_thresholds": 5,
                                   "class_id": 1, argument: 0.25}


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS.items())
@pytest.mark.parametrize("bound", [-0.1, 1.5, float("nan")])
def test_bound_refused(name, argument, bound):
    with pytest.raises(ValueError, match=rf"Argument `{argument}` must be in the range \[0, 1\]"):
        getattr(metrics, name)(bound)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_thresholds(name):
    with pytest.raises(ValueError, match=r"`num_thresholds` must be an integer > 0"):
        getattr(metrics, name)(0.5, num_thresholds=0)
    assert getattr(metrics, name)(0.5, num_thresholds=1).thresholds == [0.5]


def test_a_bound_that_is_never_met_gives_zero():
    assert metrics.PrecisionAtRecall(0.9)([1, 1, 0], [0.0, 0.0, 0.9]) == 0.0
    assert metrics.PrecisionAtRecall(0.9).result() == 0.0


def test_a_bound_met_to_the_bit():
    y_true, y_pred = [1, 1, 1, 1, 1, 0], [0.9, 0.9, 0.9, 0.9, 0.1, 0.05]
    assert metrics.PrecisionAtRecall(0.8)(y_true, y_pred) == 1.0
