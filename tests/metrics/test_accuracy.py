"""Accuracies against Keras 3 (golden/metrics.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import metrics

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text())
CASES = [c for c in GOLDEN["results"] if "Accuracy" in c["name"] and "TopK" not in c["name"]]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_results_of_keras(case):
    metric = getattr(metrics, case["name"])(**case["options"])
    y_true, y_pred = map(np.array, GOLDEN["data"][case["data"]])
    weights = np.array(GOLDEN["weights"])
    for part in (slice(0, 8), slice(8, None)):
        metric.update_state(y_true[part], y_pred[part],
                            sample_weight=weights[part] if case["weighted"] else None)
    assert metric.result() == pytest.approx(case["result"], rel=1e-6)


@pytest.mark.parametrize(("y_true", "y_pred"), [
    ([1, 0, 1], [[0.9], [0.2], [0.4]]), ([[1], [0], [1]], [[0.9], [0.2], [0.4]]),
    ([[1], [0], [1]], [0.9, 0.2, 0.4]), ([1.0, 0.0, 1.0], [0.9, 0.2, 0.4]),
    (np.array([True, False, True]), np.float32([0.9, 0.2, 0.4])),
])
def test_binary_shapes_and_dtypes(y_true, y_pred):
    assert metrics.BinaryAccuracy()(y_true, y_pred) == pytest.approx(2 / 3)


def test_the_threshold_itself_is_not_above_it():
    assert metrics.binary_accuracy([0, 1], [0.5, 0.5]).tolist() == [1.0, 0.0]
    assert metrics.binary_accuracy([0, 1], [0.5, 0.5], threshold=0.4).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("labels", [[0, 2], [[0], [2]], [0.0, 2.0], np.uint8([0, 2])])
def test_sparse_labels(labels):
    y_pred = np.float32([[0.9, 0.1, 0], [0.2, 0.5, 0.3]])
    assert metrics.sparse_categorical_accuracy(labels, y_pred).tolist() == [1.0, 0.0]


def test_first_of_equal_predictions():
    assert metrics.sparse_categorical_accuracy([0, 1], [[0.5, 0.5], [0.5, 0.5]]).tolist() == [1, 0]
    assert metrics.categorical_accuracy([[1, 0], [0, 1]], [[2, 2], [2, 2]]).tolist() == [1, 0]


def test_more_axes():
    y_pred = np.random.default_rng(1).random((2, 3, 4))
    labels = np.argmax(y_pred, axis=-1)
    assert metrics.sparse_categorical_accuracy(labels, y_pred).shape == (2, 3)
    assert metrics.SparseCategoricalAccuracy()(labels, y_pred) == 1.0
    assert metrics.CategoricalAccuracy()(np.eye(4)[labels], y_pred) == 1.0


@pytest.mark.parametrize(("metric", "config"), [
    (metrics.Accuracy(), {"name": "accuracy"}),
    (metrics.BinaryAccuracy("b", "float64", 0.3), {"name": "b", "dtype": "float64",
                                                   "threshold": 0.3}),
    (metrics.CategoricalAccuracy(), {"name": "categorical_accuracy"}),
    (metrics.SparseCategoricalAccuracy(), {"name": "sparse_categorical_accuracy"}),
])
def test_config(metric, config):
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config() == {"dtype": "float32", **config}
