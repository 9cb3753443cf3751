"""Counts at thresholds against Keras 3 (golden/metrics.json)."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics

NAMES = ["TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"]


@pytest.mark.parametrize("case", metric_cases(*NAMES), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


@pytest.mark.parametrize("name", NAMES)
def test_variables_and_config(name):
    metric = getattr(metrics, name)(thresholds=[0.2, 0.4], name="m")
    assert [v.path for v in metric.variables] == ["m/accumulator"]
    assert metric.get_config() == {"name": "m", "dtype": "float32", "thresholds": [0.2, 0.4]}
    assert metric.thresholds == [0.2, 0.4]
    assert metric.result().tolist() == [0.0, 0.0]


def test_the_four_add_up(rng):
    y_true, y_pred = rng.integers(0, 2, (30, 2)), rng.random((30, 2))
    results = [getattr(metrics, name)(thresholds=np.linspace(0, 1, 9))(y_true, y_pred)
               for name in NAMES]
    np.testing.assert_array_equal(sum(results), 60)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_threshold_gives_a_scalar(dtype):
    result = metrics.TruePositives(dtype=dtype)([1], [0.9])
    assert result == 1 and result.shape == () and result.dtype == dtype


@pytest.mark.parametrize("name", NAMES)
def test_threshold_out_of_range(name):
    with pytest.raises(ValueError, match=r"Threshold values must be in \[0, 1\]"):
        getattr(metrics, name)(thresholds=[0.5, -1])
