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
rates = rng.uniform(0.1, 5, (n, 3)).round(2)
counts = rng.integers(0, 5, (n, 3))

DATA = {
    "sparse": (classes, scores),
    "column": (classes[:, None], scores),
    "one_hot": (np.eye(7)[classes], scores),
    "bits": (bits, chances),
    "bit": (bits[:, 0], chances[:, :1]),
    "numbers": (chances, scores[:, :3]),
    "equal": (bits, 1 - bits),
    "counts": (counts, rates),
    "signs": (2 * bits - 1, 3 * chances - 1.5),
    "flat": (bits[:, 0], chances[:, 0]),
    "logits": (bits, 8 * chances - 4),
    "ends": (bits, np.where(chances > 0.7, 1.0, np.where(chances < 0.3, 0.0, 0.5))),
    "masks": (classes % 4, (classes + bits[:, 0]) % 4),
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
    ("RootMeanSquaredError", {}, "numbers"),
    ("MeanAbsoluteError", {}, "numbers"),
    ("MeanAbsolutePercentageError", {}, "numbers"),
    ("MeanSquaredLogarithmicError", {}, "numbers"),
    ("LogCoshError", {}, "counts"),
    ("CosineSimilarity", {}, "numbers"),
    ("Hinge", {}, "signs"),
    ("SquaredHinge", {}, "signs"),
    ("CategoricalHinge", {}, "one_hot"),
    ("KLDivergence", {}, "numbers"),
    ("Poisson", {}, "counts"),
    ("PearsonCorrelation", {}, "numbers"),
    ("ConcordanceCorrelation", {}, "numbers"),
    ("R2Score", {}, "numbers"),
    ("R2Score", {"class_aggregation": None}, "numbers"),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, "numbers"),
    ("R2Score", {"num_regressors": 2}, "bit"),
    *[(name, options, data)
      for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
      for options, data in [({}, "bits"), ({"thresholds": 0.25}, "flat"),
                            ({"thresholds": [0.0, 0.5, 1.0]}, "ends"),
                            ({"thresholds": [0.9, 0.13, 0.4, 0.4]}, "bit")]],
    *[(name, options, data)
      for name in ("Precision", "Recall")
      for options, data in [({}, "bits"), ({}, "flat"), ({"thresholds": [0.2, 0.7, 0.4]}, "bit"),
                            ({"top_k": 2}, "one_hot"), ({"top_k": 1}, "ends"),
                            ({"class_id": 1}, "bits"), ({"top_k": 3, "class_id": 4}, "one_hot"),
                            ({"thresholds": 0.3, "top_k": 2}, "one_hot"),
                            ({"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}, "bits")]],
    *[(name, {argument: bound, **options}, data)
      for name, argument in [("SensitivityAtSpecificity", "specificity"),
                             ("SpecificityAtSensitivity", "sensitivity"),
                             ("PrecisionAtRecall", "recall"), ("RecallAtPrecision", "precision")]
      for bound, options, data in [(0.4, {}, "bits"), (0.6, {"num_thresholds": 5}, "flat"),
                                   (0.3, {"class_id": 2}, "bits"), (0.5, {}, "ends"),
                                   (0.0, {"num_thresholds": 1}, "bits"),
                                   (1.0, {"num_thresholds": 2}, "bit")]],
    *[("AUC", {"curve": curve, "summation_method": summation, **options}, data)
      for curve in ("ROC", "PR", "PRGAIN")
      for summation in ("interpolation", "minoring", "majoring")
      for options, data in [({}, "bits"), ({"num_thresholds": 7}, "bit"),
                            ({"thresholds": [0.6, 0.1, 0.35]}, "flat"),
                            ({"multi_label": True, "num_thresholds": 20}, "bits")]],
    ("AUC", {}, "ends"),
    ("AUC", {"from_logits": True}, "logits"),
    ("AUC", {"num_thresholds": 2}, "bits"),
    ("AUC", {"label_weights": [0.5, 1.0, 2.0]}, "bits"),
    ("AUC", {"multi_label": True, "num_labels": 3, "label_weights": [0.5, 1.0, 2.0]}, "bits"),
    ("AUC", {"multi_label": True, "thresholds": [0.2, 0.9], "curve": "PR",
             "label_weights": [0.5, 1.0, 0.0]}, "bits"),
    *[("F1Score", {"average": average, "threshold": threshold}, data)
      for average in (None, "micro", "macro", "weighted")
      for threshold, data in [(None, "one_hot"), (0.5, "bits"), (None, "ends")]],
    ("FBetaScore", {"beta": 2.0, "average": "macro"}, "one_hot"),
    ("FBetaScore", {"beta": 0.5, "threshold": 0.3}, "bits"),
    ("IoU", {"num_classes": 4, "target_class_ids": [0, 2]}, "masks"),
    ("IoU", {"num_classes": 7, "target_class_ids": [1], "sparse_y_pred": False}, "sparse"),
    ("IoU", {"num_classes": 4, "target_class_ids": [0, 1, 3], "ignore_class": 3}, "masks"),
    ("MeanIoU", {"num_classes": 4}, "masks"),
    ("MeanIoU", {"num_classes": 3, "dtype": "float32"}, "masks"),
    ("OneHotIoU", {"num_classes": 7, "target_class_ids": [0, 5]}, "one_hot"),
    ("OneHotMeanIoU", {"num_classes": 7}, "one_hot"),
    ("BinaryIoU", {}, "bits"),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, "flat"),
]


def result(name, options, data, weighted):
    metric = getattr(keras.metrics, name)(**options)
    y_true, y_pred = DATA[data]
    for part in (slice(0, 8), slice(8, n)):
        metric.update_state(np.asarray(y_true[part], "float32"),
                            np.asarray(y_pred[part], "float32"),
                            sample_weight=weights[part] if weighted else None)
    return np.asarray(metric.result()).tolist()


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
        if not (weighted and "IoU" in name and data in ("bits", "one_hot"))  # one weight a number
    ],
    "reductions": [
        {"values": values, "weights": weight,
         "mean": float(keras.metrics.Mean()(values, sample_weight=weight)),
         "sum": float(keras.metrics.Sum()(values, sample_weight=weight))}
        for values, weight in REDUCTIONS
    ],
}
Path(__file__).with_name("metrics.json").write_text(json.dumps(golden) + "\n")
