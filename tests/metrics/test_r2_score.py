"""R² against Keras 3 (golden/metrics.json), at its ends, and bad arguments."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases("R2Score"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case, rtol=2e-5)  # Keras subtracts sums of squares in float32


def test_perfect_and_as_good_as_the_mean():
    y_true = np.array([[1.0], [2.0], [6.0]])
    assert metrics.R2Score()(y_true, y_true) == 1.0
    assert metrics.R2Score()(y_true, np.full((3, 1), 3.0)) == 0.0


def test_targets_without_the_last_axis():
    assert metrics.R2Score()([1.0, 4.0, 3.0], [[2.0], [4.0], [4.0]]) == pytest.approx(0.5714285)


def test_equal_targets():
    metric = metrics.R2Score(class_aggregation=None)
    result = metric([[1.0, 1.0], [1.0, 1.0]], [[1.0, 2.0], [1.0, 1.0]])
    assert np.isnan(result[0]) and result[1] == 0


def test_sums_far_from_zero_do_not_cancel():
    y_true = np.float32([[1.0], [2.0], [3.0]])
    near = metrics.R2Score()(y_true, y_true + 0.5)
    assert metrics.R2Score()(y_true + 4096, y_true + 4096.5) == pytest.approx(near, rel=1e-6)


@pytest.mark.parametrize(("num_regressors", "message"), [
    (5, "More independent predictors than datapoints"), (2, "Division by zero in Adjusted R2"),
])
def test_too_many_regressors(num_regressors, message):
    metric, plain = metrics.R2Score(num_regressors=num_regressors), metrics.R2Score()
    y_true, y_pred = [[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]
    metric.update_state(y_true, y_pred)
    with pytest.warns(UserWarning, match=message):
        assert metric.result() == plain(y_true, y_pred)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"class_aggregation": "mean"}, r"Invalid value for argument `class_aggregation`"),
    ({"num_regressors": -1}, r"Invalid value for argument `num_regressors`"),
])
def test_arguments_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.R2Score(**arguments)


def test_before_the_first_batch():
    metric = metrics.R2Score()
    assert [v.name for v in metric.variables] == ["num_samples"]
    with pytest.raises(ValueError, match="expected a batch before the result"):
        metric.result()
    with pytest.raises(ValueError, match="R2Score expects 2D inputs with shape"):
        metric.update_state([1.0, 2.0], [1.0, 2.0])
    metric.update_state([[1.0, 2.0]], [[1.0, 2.0]])
    assert [v.name for v in metric.variables] == [
        "num_samples", "squared_sum", "sum", "residual", "count"]


def test_config():
    assert metrics.R2Score(None, 2).get_config() == {
        "name": "r2_score", "dtype": "float32", "class_aggregation": None, "num_regressors": 2}


@pytest.mark.parametrize("y_true", [(None, 1), (None,)])
def test_build_for(y_true):
    metric = metrics.R2Score()
    metric.build_for(y_true, (None, 1))
    assert [v.shape for v in metric.variables] == [(), (1,), (1,), (1,), (1,)]
    with pytest.raises(ValueError, match="R2Score expects 2D inputs"):
        metric.build_for((None,), (None, 2))
