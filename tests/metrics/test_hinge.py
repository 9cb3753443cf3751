"""Hinge metrics against Keras 3 (golden/metrics.json)."""

import pytest
from parity import check_metric, metric_cases, metric_id


@pytest.mark.parametrize("case", metric_cases("Hinge", "SquaredHinge", "CategoricalHinge"),
                         ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)
