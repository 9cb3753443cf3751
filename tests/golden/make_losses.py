"""Write losses.json: values and gradients of Keras 3 losses, float32, TensorFlow backend.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_losses.py
"""

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(7)

ONE_HOT = np.eye(4)[[0, 3, 1, 1, 2]]
LABELS = [0, 3, 1, 1, 2]
LOGITS = (3 * rng.standard_normal((5, 4))).round(3)
PROBABILITIES = rng.dirichlet(np.ones(4), 5).round(4)
SATURATED = np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.2, 0.3, 0.1, 0.4], [0, 1, 0, 0],
                      [1e-9, 0.3, 0.7, 1e-8]])
UNNORMALISED = rng.uniform(0.1, 3, (5, 4)).round(3)
BITS = rng.integers(0, 2, (5, 4))
NUMBERS = rng.standard_normal((5, 4)).round(3)
COUNTS = rng.integers(0, 5, (5, 4))
RATES = rng.uniform(0.01, 6, (5, 4)).round(3)
SIGNS = 2 * BITS - 1
# Every kink, exactly: equal numbers, differences of 1 and 2, zeros, both sides of epsilon.
KINKED_TRUE = np.array([[1, 2, 0, -1], [0, 0, 0, 0], [3, 1, 1e-8, 2], [1, 1, 1, 1], [-1, 1, -1, 1]])
KINKED_PRED = np.array([[1, 3, 2, -1], [0, 1e-8, -1, 5], [1, 1.5, 2e-7, 1e4], [0, 1, -1, 2],
                        [-1, 1, 1, -1]])
CUBE = rng.dirichlet(np.ones(4), (2, 3)).round(4)
CUBE_TRUE = np.eye(4)[rng.integers(0, 4, (2, 3))]
COLUMN = rng.standard_normal((5, 1)).round(3)

# name, y_true, y_pred, keyword arguments
CASES = [
    *[(name, y_true, y_pred, options)
      for name, options in [
          ("mean_squared_error", {}), ("mean_absolute_error", {}), ("huber", {}),
          ("huber", {"delta": 2.0}), ("log_cosh", {}), ("mean_absolute_percentage_error", {}),
          ("mean_squared_logarithmic_error", {}), ("hinge", {}), ("squared_hinge", {})]
      for y_true, y_pred in [(NUMBERS, LOGITS), (KINKED_TRUE, KINKED_PRED), (COUNTS, RATES),
                             (COLUMN, LOGITS), (BITS, LOGITS), (SIGNS, LOGITS)]],
    ("categorical_hinge", ONE_HOT, LOGITS, {}),
    ("categorical_hinge", ONE_HOT, SATURATED, {}),
    ("categorical_hinge", NUMBERS, KINKED_PRED, {}),
    ("cosine_similarity", NUMBERS, LOGITS, {}),
    ("cosine_similarity", KINKED_TRUE, LOGITS, {}),
    ("cosine_similarity", COUNTS, RATES, {"axis": 0}),
    ("kl_divergence", PROBABILITIES[::-1], PROBABILITIES, {}),
    ("kl_divergence", ONE_HOT, SATURATED, {}),
    ("kl_divergence", UNNORMALISED, LOGITS, {}),
    ("poisson", COUNTS, RATES, {}),
    ("poisson", COUNTS, SATURATED, {}),
    *[("binary_focal_crossentropy", BITS, y_pred, options)
      for y_pred in (PROBABILITIES, SATURATED)
      for options in ({}, {"apply_class_balancing": True, "alpha": 0.4, "label_smoothing": 0.1},
                      {"gamma": 0.5}, {"gamma": 3.0, "axis": 0})],
    ("binary_focal_crossentropy", BITS, LOGITS, {"from_logits": True}),
    ("binary_focal_crossentropy", BITS, 9 * LOGITS, {"from_logits": True,
                                                     "apply_class_balancing": True}),
    *[("categorical_focal_crossentropy", ONE_HOT, y_pred, options)
      for y_pred in (PROBABILITIES, SATURATED, UNNORMALISED)
      for options in ({}, {"alpha": 0.4, "gamma": 1.0, "label_smoothing": 0.1})],
    ("categorical_focal_crossentropy", ONE_HOT, PROBABILITIES, {"alpha": [0.1, 0.2, 0.3, 0.4]}),
    ("categorical_focal_crossentropy", ONE_HOT, LOGITS, {"from_logits": True}),
    ("categorical_focal_crossentropy", UNNORMALISED, 9 * LOGITS, {"from_logits": True}),
    ("binary_crossentropy", CUBE_TRUE, CUBE, {"axis": 1}),
    ("binary_crossentropy", BITS, LOGITS, {"from_logits": True, "axis": 0}),
    ("categorical_crossentropy", CUBE_TRUE, CUBE, {"axis": 1}),
    ("categorical_crossentropy", CUBE_TRUE, CUBE, {"axis": 1, "from_logits": True}),
    ("categorical_focal_crossentropy", CUBE_TRUE, CUBE, {"axis": 1}),
    ("binary_crossentropy", BITS, PROBABILITIES, {}),
    ("binary_crossentropy", BITS, SATURATED, {}),
    ("binary_crossentropy", BITS, PROBABILITIES, {"label_smoothing": 0.2}),
    ("binary_crossentropy", BITS, LOGITS, {"from_logits": True}),
    ("binary_crossentropy", BITS, 30 * LOGITS, {"from_logits": True, "label_smoothing": 0.1}),
    ("categorical_crossentropy", ONE_HOT, PROBABILITIES, {}),
    ("categorical_crossentropy", ONE_HOT, SATURATED, {}),
    ("categorical_crossentropy", ONE_HOT, UNNORMALISED, {}),
    ("categorical_crossentropy", ONE_HOT, PROBABILITIES, {"label_smoothing": 0.2}),
    ("categorical_crossentropy", UNNORMALISED, LOGITS, {"from_logits": True}),
    ("categorical_crossentropy", ONE_HOT, 30 * LOGITS, {"from_logits": True}),
    ("sparse_categorical_crossentropy", LABELS, PROBABILITIES, {}),
    ("sparse_categorical_crossentropy", LABELS, SATURATED, {}),
    ("sparse_categorical_crossentropy", LABELS, UNNORMALISED, {}),
    ("sparse_categorical_crossentropy", LABELS, LOGITS, {"from_logits": True}),
    ("sparse_categorical_crossentropy", LABELS, LOGITS, {"from_logits": True, "ignore_class": 1}),
    ("sparse_categorical_crossentropy", LABELS, PROBABILITIES, {"ignore_class": 1}),
]

WEIGHTS = [1.0, 0.0, 2.0, 0.5, 3.0]


def function_case(name, y_true, y_pred, options):
    x = tf.Variable(y_pred, dtype="float32")
    with tf.GradientTape() as tape:
        values = getattr(keras.losses, name)(tf.constant(y_true, "float32"), x, **options)
    gradient = tape.gradient(values, x)
    return {"name": name, "options": options, "y_true": np.asarray(y_true).tolist(),
            "y_pred": np.asarray(y_pred).tolist(), "values": values.numpy().tolist(),
            "gradient": gradient.numpy().tolist()}


def reduced_cases():
    for reduction in ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"):
        for weight in (None, WEIGHTS, [[w] for w in WEIGHTS], 0.5, [0.0] * 5):
            if reduction == "mean_with_sample_weight" and weight == 0.5:
                continue  # Keras divides by 0.5 once, not by once a sample
            for ignore in (None, 1):
                loss = keras.losses.SparseCategoricalCrossentropy(
                    ignore_class=ignore, reduction=reduction)
                result = np.asarray(loss(np.array(LABELS), PROBABILITIES, weight))
                yield {"reduction": reduction, "sample_weight": weight, "ignore_class": ignore,
                       "result": result.reshape(-1).tolist()}


golden = {
    "functions": [function_case(*case) for case in CASES],
    "labels": LABELS,
    "probabilities": PROBABILITIES.tolist(),
    "reduced": list(reduced_cases()),
}
Path(__file__).with_name("losses.json").write_text(json.dumps(golden) + "\n")
