"""The mean squared error as a metric against Keras 3 (golden/metrics.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import metrics

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text())
CASES = [c for c in GOLDEN["results"] if c["name"] == "MeanSquaredError"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_results_of_keras(case):
    metric = metrics.MeanSquaredError()
    y_true, y_pred = map(np.array, GOLDEN["data"][case["data"]])
    weights = np.array(GOLDEN["weights"]) if case["weighted"] else None
    assert metric(y_true, y_pred, sample_weight=weights) == pytest.approx(case["result"], rel=1e-6)


def test_targets_without_the_last_axis():
    assert metrics.MeanSquaredError()([1.0, 2.0], [[1.0], [4.0]]) == 2.0


def test_config():
    metric = metrics.MeanSquaredError(name="m")
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(again) is metrics.MeanSquaredError
    assert again.get_config() == metric.get_config() == {"name": "m", "dtype": "float32"}
