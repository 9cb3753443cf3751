"""Intersections over unions against Keras 3 (golden/metrics.json), and odd classes."""

import numpy as np
import pytest
from parity import check_metric, metric_cases, metric_id

from fastdense import metrics

NAMES = ["IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "BinaryIoU"]


@pytest.mark.parametrize("case", metric_cases(*NAMES), ids=metric_id)
def test_results_of_keras(case):
    check_metric(case)


def test_matrix_of_targets_and_predictions():
    metric = metrics.MeanIoU(3)
    metric.update_state([0, 0, 1, 2], [0, 1, 1, 0], sample_weight=[1, 2, 3, 4])
    np.testing.assert_array_equal(metric.total_cm.value, [[1, 2, 0], [0, 3, 0], [4, 0, 0]])
    assert metric.total_cm.dtype == metric.dtype == "int64"
    assert [v.name for v in metric.variables] == ["total_confusion_matrix"]


def test_classes_out_of_range_do_not_count():
    metric = metrics.MeanIoU(2)
    assert metric([0, 1, 2, -1, 1], [0, 1, 0, 0, 5]) == pytest.approx(1.0)


def test_classes_that_never_occur_do_not_count():
    assert metrics.MeanIoU(5)([0, 1], [0, 1]) == pytest.approx(1.0)
    assert metrics.MeanIoU(5).result() == 0.0


def test_float_weights_are_truncated():
    metric = metrics.MeanIoU(2)
    with pytest.warns(UserWarning, match=r"weight as `float`, but dtype is `int`"):
        metric.update_state([0, 1], [0, 0], sample_weight=np.array([1.9, 1.0]))
    np.testing.assert_array_equal(metric.total_cm.value, [[1, 0], [1, 0]])
    exact = metrics.MeanIoU(2, dtype="float32")
    exact.update_state([0, 1], [0, 0], sample_weight=np.array([1.5, 1.0]))
    np.testing.assert_array_equal(exact.total_cm.value, [[1.5, 0], [1, 0]])


def test_classes_on_another_axis(rng):
    scores, labels = rng.random((2, 3, 4)), rng.integers(0, 3, (2, 4))
    metric = metrics.MeanIoU(3, sparse_y_pred=False, axis=1)
    assert metric(labels, scores) == metrics.MeanIoU(3)(labels, scores.argmax(axis=1))


def test_refused():
    with pytest.raises(ValueError, match=r"Target class id 2 is out of range, which is \[0, 2\)"):
        metrics.IoU(num_classes=2, target_class_ids=[0, 2])
    with pytest.raises(ValueError, match="expected as many targets as predictions"):
        metrics.MeanIoU(2).update_state([0, 1], [0])


@pytest.mark.parametrize(("metric", "config"), [
    (metrics.IoU(3, (0, 2), ignore_class=1),
     {"num_classes": 3, "target_class_ids": [0, 2], "ignore_class": 1, "sparse_y_true": True,
      "sparse_y_pred": True, "axis": -1}),
    (metrics.BinaryIoU(threshold=0.3), {"target_class_ids": [0, 1], "threshold": 0.3}),
    (metrics.MeanIoU(3), {"num_classes": 3, "ignore_class": None, "sparse_y_true": True,
                          "sparse_y_pred": True, "axis": -1}),
    (metrics.OneHotIoU(3, [1]), {"num_classes": 3, "target_class_ids": [1], "ignore_class": None,
                                 "sparse_y_pred": False, "axis": -1}),
    (metrics.OneHotMeanIoU(3), {"num_classes": 3, "ignore_class": None, "sparse_y_pred": False,
                                "axis": -1}),
])
def test_config(metric, config):
    assert metric.get_config() == {"name": metric.name, "dtype": "int64", **config}
    assert type(metric).from_config(metric.get_config()).get_config() == metric.get_config()
