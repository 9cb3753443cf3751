"""Cross-entropies as metrics against Keras 3 (golden/metrics.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import metrics

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text())
CASES = [c for c in GOLDEN["results"] if "Crossentropy" in c["name"]]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_results_of_keras(case):
    metric = getattr(metrics, case["name"])(**case["options"])
    y_true, y_pred = map(np.array, GOLDEN["data"][case["data"]])
    weights = np.array(GOLDEN["weights"])
    for part in (slice(0, 8), slice(8, None)):
        metric.update_state(y_true[part], y_pred[part],
                            sample_weight=weights[part] if case["weighted"] else None)
    assert metric.result() == pytest.approx(case["result"], rel=1e-5)


@pytest.mark.parametrize(("metric", "config"), [
    (metrics.BinaryCrossentropy(label_smoothing=0.1),
     {"name": "binary_crossentropy", "from_logits": False, "label_smoothing": 0.1}),
    (metrics.CategoricalCrossentropy(name="c", from_logits=True),
     {"name": "c", "from_logits": True, "label_smoothing": 0, "axis": -1}),
    (metrics.SparseCategoricalCrossentropy(ignore_class=2),
     {"name": "sparse_categorical_crossentropy", "from_logits": False, "ignore_class": 2,
      "axis": -1}),
])
def test_config_and_attributes(metric, config):
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config() == {"dtype": "float32", **config}
    assert all(getattr(metric, name) == value for name, value in config.items())


def test_classes_on_another_axis():
    y_true, y_pred = np.eye(3)[[0, 2, 1, 1]], np.random.default_rng(1).dirichlet(np.ones(3), 4)
    metric = metrics.CategoricalCrossentropy(axis=0)
    assert metric(y_true.T, y_pred.T) == metrics.CategoricalCrossentropy()(y_true, y_pred)
    assert metric.rule is None


def test_labels_need_the_classes_last():
    with pytest.raises(ValueError, match="Only axis=-1 is currently supported"):
        metrics.SparseCategoricalCrossentropy(axis=0).update_state([0, 1], np.eye(2))


@pytest.mark.parametrize("labels", [[0, 1, 2], [[0], [1], [2]]])
@pytest.mark.parametrize("weights", [[0.5, 1.5, 2.0], [[0.5], [1.5], [2.0]]])
def test_weighted_samples_of_an_ignored_class_do_not_count(labels, weights):
    y_pred = [[0.8, 0.1, 0.1], [0.05, 0.95, 0], [0.1, 0.8, 0.1]]
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=0)
    assert metric(labels, y_pred, weights) == pytest.approx(1.3377465)
