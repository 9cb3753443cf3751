"""Areas under curves against Keras 3, against an exact area, and bad arguments."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics


@pytest.mark.parametrize("case", metric_cases("AUC"), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


def test_many_thresholds_come_near_the_exact_area(rng):
    """The area under the ROC is how often a positive scores above a negative (ties half)."""
    y_true = rng.integers(0, 2, 400)
    y_pred = np.clip(rng.normal(0.4 + 0.2 * y_true, 0.15), 0, 1)
    positive, negative = y_pred[y_true == 1], y_pred[y_true == 0]
    gap = positive[:, None] - negative
    exact = np.mean((gap > 0) + 0.5 * (gap == 0))
    areas = {how: metrics.AUC(20001, summation_method=how)(y_true, y_pred)
             for how in ("interpolation", "minoring", "majoring")}
    assert areas["interpolation"] == pytest.approx(exact, abs=1e-4)
    assert areas["minoring"] <= areas["interpolation"] <= areas["majoring"]


@pytest.mark.parametrize("curve", ["ROC", "PR", "PRGAIN"])
def test_perfect_and_reversed(curve):
    y_true, y_pred = np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9])
    assert metrics.AUC(curve=curve)(y_true, y_pred) == pytest.approx(1.0, abs=1e-6)
    assert metrics.AUC(curve=curve)(y_true, 1 - y_pred) < 0.5


def test_names_in_either_case():
    for name in ("roc", "ROC", "pr", "PR", "prgain"):
        assert metrics.AUC(curve=name).curve == name.upper()
    for name in ("Interpolation", "majoring", "Minoring"):
        assert metrics.AUC(summation_method=name).summation_method == name.lower()


def test_variables_by_label_come_with_the_first_batch():
    metric = metrics.AUC(num_thresholds=5, multi_label=True)
    assert metric.variables == [] and metric.result() == 0.0
    metric.reset_state()
    metric.update_state([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.4]])
    assert [v.name for v in metric.variables] == [
        "true_positives", "false_positives", "true_negatives", "false_negatives"]
    assert {v.shape for v in metric.variables} == {(5, 2)}
    known = metrics.AUC(num_thresholds=5, multi_label=True, num_labels=2)
    assert {v.shape for v in known.variables} == {(5, 2)}
    with pytest.raises(ValueError, match=r"expected y_pred with 2 labels.*\(2, 3\)"):
        metric.update_state(np.ones((2, 3)), np.ones((2, 3)))


def test_labels_are_columns():
    with pytest.raises(ValueError, match=r"must have rank 2 when `multi_label=True`.*rank 1"):
        metrics.AUC(multi_label=True).update_state([0, 1], [0.1, 0.2])


@pytest.mark.parametrize(("arguments", "message"), [
    ({"num_thresholds": 1}, r"`num_thresholds` must be an integer > 1"),
    ({"curve": "foo"}, "Invalid AUC curve value: \"foo\". Expected values are \\['PR', 'ROC'"),
    ({"summation_method": "x"}, "Invalid AUC summation method value: \"x\""),
    ({"num_labels": 3}, r"`num_labels` is needed only when `multi_label` is True"),
])
def test_arguments_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.AUC(**arguments)


def test_config():
    metric = metrics.AUC(curve="PR", thresholds=[0.5, 0.2], multi_label=True, num_labels=2,
                         label_weights=[1, 2], name="area")
    config = metric.get_config()
    assert config == {
        "name": "area", "dtype": "float32", "num_thresholds": 4, "curve": "PR",
        "summation_method": "interpolation", "multi_label": True, "num_labels": 2,
        "label_weights": [1.0, 2.0], "from_logits": False, "thresholds": [0.2, 0.5]}
    assert metrics.AUC.from_config(config).thresholds == metric.thresholds
    assert "thresholds" not in metrics.AUC().get_config()


def test_build_for():
    metric = metrics.AUC(num_thresholds=5, multi_label=True)
    metric.build_for((None, 3), (None, 3))
    assert {v.shape for v in metric.variables} == {(5, 3)}
    plain = metrics.AUC(num_thresholds=5)
    plain.build_for((None,), (None, 1))
    assert {v.shape for v in plain.variables} == {(5,)}
