"""The Kullback-Leibler divergence and the Poisson metric against Keras 3."""

import pytest
from parity import check_metric, metric_cases, metric_id


@pytest.mark.parametrize("case", metric_cases("KLDivergence", "Poisson"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)
