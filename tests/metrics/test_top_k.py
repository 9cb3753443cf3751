"""Top-k accuracies against Keras 3 (golden/metrics.json), ties and odd rows."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import metrics

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text())
CASES = [c for c in GOLDEN["results"] if "TopK" in c["name"]]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_results_of_keras(case):
    metric = getattr(metrics, case["name"])(**case["options"])
    y_true, y_pred = map(np.array, GOLDEN["data"][case["data"]])
    weights = np.array(GOLDEN["weights"])
    for part in (slice(0, 8), slice(8, None)):
        metric.update_state(y_true[part], y_pred[part],
                            sample_weight=weights[part] if case["weighted"] else None)
    assert metric.result() == pytest.approx(case["result"], rel=1e-6)


@pytest.mark.parametrize(("row", "label", "k", "hit"), [
    ([1, 2, 3], 2, 1, 1), ([1, 2, 3], 1, 1, 0), ([1, 2, 3], 1, 2, 1), ([1, 2, 3], 0, 3, 1),
    ([1, 2, 3], 0, 9, 1), ([2, 2, 2], 2, 1, 1), ([2, 2, 3], 1, 2, 1), ([2, 2, 3], 0, 1, 0),
    ([1, 2, 3], 3, 3, 0), ([1, 2, 3], -1, 3, 0), ([1, np.nan, 3], 2, 1, 0),
    ([1, np.inf, 3], 2, 3, 0),
])
def test_one_row(row, label, k, hit):
    row = np.array([row], "float32")
    assert metrics.sparse_top_k_categorical_accuracy([label], row, k).tolist() == [hit]
    assert metrics.sparse_top_k_categorical_accuracy([[label]], row, k).tolist() == [hit]


def test_from_sorted_ids():
    ids = [[3, 1, 0], [2, 0, 1]]
    metric = metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
    assert metric([1, 1], ids) == 0.5
    assert metric.get_config()["from_sorted_ids"] is True


def test_more_axes():
    y_pred = np.random.default_rng(1).random((2, 3, 6))
    labels = np.argsort(y_pred, axis=-1)[..., -2]
    for k, expected in ((1, 0.0), (2, 1.0)):
        result = metrics.sparse_top_k_categorical_accuracy(labels, y_pred, k)
        np.testing.assert_array_equal(result, np.full((2, 3), expected))
        one_hot = metrics.top_k_categorical_accuracy(np.eye(6)[labels], y_pred, k)
        np.testing.assert_array_equal(one_hot, result)


@pytest.mark.parametrize("metric", [
    metrics.TopKCategoricalAccuracy(k=3), metrics.SparseTopKCategoricalAccuracy(k=3),
    metrics.SparseTopKCategoricalAccuracy(from_sorted_ids=True),
])
def test_config(metric):
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
