"""Write metrics.json: results of Keras 3 metrics after two batches, float32, TensorFlow backend.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_metrics.py
"""

import json
from pathlib import Path

import keras
import numpy as np

rng = np.random.default_rng(11)

n = 12
classes = rng.integers(0, 7, n)
scores = rng.dirichlet(np.ones(7), n).round(3)
bits = rng.integers(0, 2, (n, 3))
chances = rng.uniform(size=(n, 3)).round(2)
weights = rng.integers(0, 4, n).astype(float)

DATA = {
    "sparse": (classes, scores),
    "column": (classes[:, None], scores),
    "one_hot": (np.eye(7)[classes], scores),
    "bits": (bits, chances),
    "bit": (bits[:, 0], chances[:, :1]),
    "numbers": (chances, scores[:, :3]),
    "equal": (bits, 1 - bits),
}

# class, constructor arguments, data
CASES = [
    ("Accuracy", {}, "equal"),
    ("BinaryAccuracy", {}, "bits"),
    ("BinaryAccuracy", {"threshold": 0.3}, "bits"),
    ("BinaryAccuracy", {}, "bit"),
    ("CategoricalAccuracy", {}, "one_hot"),
    ("SparseCategoricalAccuracy", {}, "sparse"),
    ("SparseCategoricalAccuracy", {}, "column"),
    ("TopKCategoricalAccuracy", {}, "one_hot"),
    ("TopKCategoricalAccuracy", {"k": 2}, "one_hot"),
    ("SparseTopKCategoricalAccuracy", {"k": 3}, "sparse"),
    ("BinaryCrossentropy", {}, "bits"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "bits"),
    ("CategoricalCrossentropy", {}, "one_hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"),
    ("SparseCategoricalCrossentropy", {}, "sparse"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "column"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, "sparse"),
    ("MeanSquaredError", {}, "numbers"),
]


def result(name, options, data, weighted):
    metric = getattr(keras.metrics, name)(**options)
    y_true, y_pred = DATA[data]
    for part in (slice(0, 8), slice(8, n)):
        metric.update_state(np.asarray(y_true[part], "float32"),
                            np.asarray(y_pred[part], "float32"),
                            sample_weight=weights[part] if weighted else None)
    return float(metric.result())


# values, weights of one batch of Mean and Sum
REDUCTIONS = [
    ([1, 3, 5, 7], None),
    ([1, 3, 5, 7], [1, 1, 0, 0]),
    ([1, 3, 5, 7], [[1], [1], [0], [0]]),
    ([1, 3, 5, 7], 0.5),
    (4, None),
    (4, 3),
    ([[1, 3], [5, 7]], None),
    ([[1, 3], [5, 7]], [2, 1]),
    ([[1, 3], [5, 7]], [[1, 1], [1, 0]]),
    ([[1, 3], [5, 7]], [[1, 0]]),
    ([[[1, 3], [5, 7]]], [[1, 3]]),
    ([1, 3], [-1, -1]),
    ([1, 3], [0, 0]),
]

golden = {
    "weights": weights.tolist(),
    "data": {k: [np.asarray(a).tolist() for a in v] for k, v in DATA.items()},
    "results": [
        {"name": name, "options": options, "data": data, "weighted": weighted,
         "result": result(name, options, data, weighted)}
        for name, options, data in CASES
        for weighted in (False, True)
    ],
    "reductions": [
        {"values": values, "weights": weight,
         "mean": float(keras.metrics.Mean()(values, sample_weight=weight)),
         "sum": float(keras.metrics.Sum()(values, sample_weight=weight))}
        for values, weight in REDUCTIONS
    ],
}
Path(__file__).with_name("metrics.json").write_text(json.dumps(golden) + "\n")
