"""Identifiers of metrics, and what compile makes of them."""

import numpy as np
import pytest

from fastdense import losses, metrics

NEEDED = {  # arguments without a default
    "MeanMetricWrapper": {"fn": losses.mse}, "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 2}, "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 2}, "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5}, "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
ALL_CLASSES = [name for name in metrics.__all__ if name[0].isupper()]
CLASSES = [name for name in ALL_CLASSES if name not in NEEDED]


@pytest.mark.parametrize("name", CLASSES)
def test_get_by_class_name(name):
    cls = getattr(metrics, name)
    assert type(metrics.get(name)) is cls
    assert type(metrics.get(cls)) is cls
    assert type(metrics.get({"class_name": name, "config": {}})) is cls


@pytest.mark.parametrize("name", ALL_CLASSES)
def test_get_by_config(name):
    cls, config = getattr(metrics, name), NEEDED.get(name, {})
    assert type(metrics.get({"class_name": name, "config": config})) is cls
    metric = cls(**config, name="m", dtype="float64")
    assert cls.from_config(metric.get_config()).get_config() == metric.get_config()
    assert metric.get_config().items() >= {"name": "m", "dtype": "float64"}.items()


@pytest.mark.parametrize(("direction", "names"), [
    ("up", ["Accuracy", "BinaryAccuracy", "TopKCategoricalAccuracy", "CosineSimilarity",
            "R2Score", "AUC", "Precision", "Recall", "F1Score", "FBetaScore", "PrecisionAtRecall",
            "SensitivityAtSpecificity", "IoU", "MeanIoU", "PearsonCorrelation"]),
    ("down", ["MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError", "LogCoshError",
              "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "Hinge",
              "SquaredHinge", "CategoricalHinge", "KLDivergence", "Poisson", "BinaryCrossentropy",
              "CategoricalCrossentropy", "SparseCategoricalCrossentropy"]),
    (None, ["Mean", "Sum", "Metric", "TruePositives", "FalseNegatives"]),
])
def test_directions_of_keras(direction, names):
    for name in names:
        metric = getattr(metrics, name)(**NEEDED.get(name, {}))
        assert getattr(metric, "_direction", None) == direction


@pytest.mark.parametrize("name", ["hinge", "huber", "log_cosh", "poisson", "mean_squared_error"])
def test_loss_functions_are_metrics(name):
    assert getattr(metrics, name) is getattr(losses, name)


@pytest.mark.parametrize(("alias", "name"), [
    ("mse", "MeanSquaredError"), ("MSE", "MeanSquaredError"),
    ("mean_squared_error", "MeanSquaredError"), ("bce", "BinaryCrossentropy"),
    ("BCE", "BinaryCrossentropy"), ("binary_crossentropy", "BinaryCrossentropy"),
    ("binary_accuracy", "BinaryAccuracy"), ("accuracy", "Accuracy"), ("mean", "Mean"),
    ("top_k_categorical_accuracy", "TopKCategoricalAccuracy"),
    ("mae", "MeanAbsoluteError"), ("MAE", "MeanAbsoluteError"),
    ("mape", "MeanAbsolutePercentageError"), ("MSLE", "MeanSquaredLogarithmicError"),
    ("auc", "AUC"), ("AUC", "AUC"), ("f1_score", "F1Score"), ("f_beta_score", "FBetaScore"),
    ("r2_score", "R2Score"), ("precision", "Precision"), ("kl_divergence", "KLDivergence"),
])
def test_aliases(alias, name):
    assert type(metrics.get(alias)) is getattr(metrics, name)


def test_get_none_and_callables():
    assert metrics.get(None) is None
    assert metrics.get(np.hypot) is np.hypot
    metric = metrics.Mean()
    assert metrics.get(metric) is metric


@pytest.mark.parametrize("identifier", ["foo", "acc", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError) as raised:
        metrics.get(identifier)
    assert str(raised.value).startswith(f"Could not interpret metric identifier: {identifier}")
    assert "binary_accuracy" in str(raised.value)


KINDS = [
    ((8, 1), (8, 1), "Binary"), ((8,), (8, 1), "Binary"), ((8,), (8, 3), "SparseCategorical"),
    ((8, 1), (8, 3), "SparseCategorical"), ((8, 3), (8, 3), "Categorical"),
]


@pytest.mark.parametrize(("y_true", "y_pred", "kind"), KINDS)
@pytest.mark.parametrize("identifier", ["accuracy", "acc", "Acc", "ce", "crossentropy"])
def test_resolve_by_shapes(identifier, y_true, y_pred, kind):
    what = "Accuracy" if identifier.lower().startswith("acc") else "Crossentropy"
    metric = metrics.resolve(identifier, y_true, y_pred)
    assert type(metric) is getattr(metrics, kind + what)
    assert metric.name == identifier
    resolve = getattr(metrics, f"resolve_{what.lower()}")
    assert resolve(y_true, y_pred) is type(metric)


@pytest.mark.parametrize(("identifier", "name"), [
    ("mse", "mse"), ("BinaryAccuracy", "BinaryAccuracy"), (metrics.Mean(name="m"), "m"),
    (metrics.MeanSquaredError, "mean_squared_error"), (metrics.binary_accuracy, "binary_accuracy"),
    (losses.mse, "mean_squared_error"), ("huber", "huber"), ("log_cosh", "log_cosh"),
    (losses.Huber(), None),
])
def test_resolve_names(identifier, name):
    metric = metrics.resolve(identifier, (8, 1), (8, 1))
    assert isinstance(metric, metrics.Metric)
    assert metric.name == name or name is None


def test_resolve_function_of_the_user():
    def worst(y_true, y_pred):
        return np.max(np.abs(y_true - y_pred), axis=-1)

    metric = metrics.resolve(worst, (8, 2), (8, 2))
    assert metric.name == "worst" and metric.rule is None
    assert metric(np.zeros((1, 2)), np.array([[1.0, 3.0]])) == 3.0


def test_resolve_unknown():
    with pytest.raises(ValueError, match="Could not interpret metric identifier: foo"):
        metrics.resolve("foo", (8, 1), (8, 1))
