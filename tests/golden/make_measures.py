"""Write measures.json: what Keras's fit logs with each loss and many metrics (TensorFlow, float32).

A short last batch, sample weights, weighted metrics and a weighted validation set are in every
case.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_measures.py
"""

import json
from pathlib import Path

import numpy as np

N, SPLIT, BATCH, EPOCHS = 25, 18, 5, 3  # 18 samples to train on: the last batch has 3
FEATURES, OUTPUTS = 4, 3

# loss, its arguments, activation of the last layer, kind of target
LOSSES = [
    ("MeanSquaredError", {}, "linear", "numbers"),
    ("MeanAbsoluteError", {}, "linear", "numbers"),
    ("MeanAbsolutePercentageError", {}, "linear", "numbers"),
    ("MeanSquaredLogarithmicError", {}, "sigmoid", "counts"),
    ("Huber", {"delta": 0.5}, "linear", "numbers"),
    ("LogCosh", {}, "tanh", "numbers"),
    ("CosineSimilarity", {}, "linear", "numbers"),
    ("Poisson", {}, "sigmoid", "counts"),
    ("KLDivergence", {}, "softmax", "shares"),
    ("Hinge", {}, "linear", "bits"),
    ("SquaredHinge", {}, "tanh", "bits"),
    ("CategoricalHinge", {}, "linear", "one_hot"),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, "sigmoid", "bits"),
    ("BinaryCrossentropy", {"reduction": "sum"}, "sigmoid", "bits"),
    ("BinaryFocalCrossentropy", {}, "sigmoid", "bits"),
    ("CategoricalCrossentropy", {"reduction": "mean_with_sample_weight"}, "softmax", "one_hot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True}, "linear", "one_hot"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "softmax", "labels"),
]

# kind of target: metrics, weighted metrics; each a class and its arguments, or a name
METRICS = {
    "numbers": (["mse", "mae", ["R2Score", {}], ["RootMeanSquaredError", {}],
                 ["CosineSimilarity", {}]],
                ["mse", ["R2Score", {"class_aggregation": None}], ["LogCoshError", {}]]),
    "counts": (["mape", "msle", ["Poisson", {}]], ["poisson", ["RootMeanSquaredError", {}]]),
    "shares": (["kl_divergence", "accuracy"], ["accuracy", "mae"]),
    "bits": (["accuracy", ["AUC", {"num_thresholds": 20}], ["Precision", {}], ["Recall", {}],
              ["TruePositives", {"thresholds": 0.25}]],
             ["accuracy", ["AUC", {"num_thresholds": 20, "curve": "PR"}], ["Precision", {}],
              ["F1Score", {"threshold": 0.5}], ["PrecisionAtRecall", {"recall": 0.5}]]),
    "one_hot": (["accuracy", ["F1Score", {"average": "macro"}],
                 ["TopKCategoricalAccuracy", {"k": 2}], ["FBetaScore", {"beta": 2.0}]],
                ["accuracy", ["Recall", {"top_k": 1}], ["CategoricalCrossentropy", {}]]),
    "labels": (["accuracy", ["MeanIoU", {"num_classes": 3, "sparse_y_pred": False}]],
               ["accuracy", ["SparseTopKCategoricalAccuracy", {"k": 2}]]),
}


def arrays():
    """Inputs, targets by kind, sample weights, and the two layers' kernels and biases."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, OUTPUTS, N)
    targets = {
        "numbers": rng.standard_normal((N, OUTPUTS)), "counts": rng.integers(0, 6, (N, OUTPUTS)),
        "shares": rng.dirichlet(np.ones(OUTPUTS), N), "labels": labels,
        "bits": rng.integers(0, 2, (N, OUTPUTS)), "one_hot": np.eye(OUTPUTS)[labels],
    }
    weights = [rng.uniform(-0.7, 0.7, shape) for shape in ((FEATURES, 6), (6,), (6, OUTPUTS),
                                                           (OUTPUTS,))]
    x = rng.standard_normal((N, FEATURES))
    return (x.astype("f4"), {kind: y.astype("f4") for kind, y in targets.items()},
            rng.uniform(0, 2, N).round(2).astype("f4"), [w.astype("f4") for w in weights])


def train(library, loss, options, activation, kind):
    """Train as said at the top; return the History's dict."""
    x, targets, sample_weight, weights = arrays()
    y = targets[kind]
    model = library.Sequential([
        library.Input((FEATURES,)), library.layers.Dense(6, activation="tanh"),
        library.layers.Dense(OUTPUTS, activation=activation)])
    model.set_weights(weights)
    chosen = [[m if isinstance(m, str) else getattr(library.metrics, m[0])(
        **m[1], name=f"{m[0]}_{i}") for m in listed] for i, listed in enumerate(METRICS[kind])]
    rate = 1e-5 if "Percentage" in loss else 0.1  # else the weights explode
    model.compile(library.optimizers.SGD(rate), getattr(library.losses, loss)(**options),
                  metrics=chosen[0], weighted_metrics=chosen[1])
    history = model.fit(
        x[:SPLIT], y[:SPLIT], sample_weight=sample_weight[:SPLIT], batch_size=BATCH, epochs=EPOCHS,
        shuffle=False, verbose=0, validation_data=(x[SPLIT:], y[SPLIT:], sample_weight[SPLIT:]))
    return {name: np.array(values).tolist() for name, values in history.history.items()}


if __name__ == "__main__":
    import keras

    golden = [{"case": case, "history": train(keras, *case)} for case in LOSSES]
    text = json.dumps(golden).replace('}}, {"case"', '}},\n{"case"')
    Path(__file__).with_name("measures.json").write_text(text + "\n")
