"""Correlations within a sample against Keras 3, and where they are not defined."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases("PearsonCorrelation", "ConcordanceCorrelation"),
                         ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_pearson_of_numpy(axis, rng):
    y_true, y_pred = rng.standard_normal((2, 5, 6))
    result = metrics.pearson_correlation(y_true, y_pred, axis=axis)
    pairs = zip(np.moveaxis(y_true, axis, -1), np.moveaxis(y_pred, axis, -1), strict=True)
    np.testing.assert_allclose(result, [np.corrcoef(a, b)[0, 1] for a, b in pairs], rtol=1e-12)


def test_a_constant_goes_with_nothing():
    assert np.isnan(metrics.pearson_correlation([[1.0, 2.0]], [[3.0, 3.0]]))
    assert metrics.concordance_correlation([[1.0, 2.0]], [[3.0, 3.0]]) == 0
    assert metrics.concordance_correlation([[3.0, 3.0]], [[3.0, 3.0]]) == 0


def test_concordance_sees_shift_and_scale():
    y = np.array([[0.0, 1.0, 2.0, 5.0]])
    same, shifted, scaled = (metrics.concordance_correlation(y, p)[0] for p in (y, y + 1, 2 * y))
    assert same == pytest.approx(1) and shifted < 1 and scaled < 1
    np.testing.assert_allclose(metrics.pearson_correlation(y, 2 * y + 1), 1, rtol=1e-12)


@pytest.mark.parametrize("function", [metrics.pearson_correlation,
                                      metrics.concordance_correlation])
def test_dtypes(function):
    assert function([[0, 1]], np.float32([[0, 2]])).dtype == "float32"
    assert function([[0, 1]], np.array([[0.0, 2.0]])).dtype == "float64"
    assert function([0, 1, 0], [0.0, 2.0, 0.0]).shape == ()
