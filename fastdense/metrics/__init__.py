"""Numbers to watch while a model trains, kept over the batches of an epoch in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import losses, registry

from .accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from .auc import AUC
from .base import Metric
from .correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    concordance_correlation,
    pearson_correlation,
)
from .counts import FalseNegatives, FalsePositives, TrueNegatives, TruePositives
from .crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from .divergence import KLDivergence, Poisson
from .f_score import F1Score, FBetaScore
from .hinge import CategoricalHinge, Hinge, SquaredHinge
from .iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from .precision_recall import Precision, Recall
from .r2_score import R2Score
from .reduction import Mean, MeanMetricWrapper, Sum
from .regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    RootMeanSquaredError,
)
from .top_k import (
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from .tradeoff import (
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import CustomObjects, Shape

__all__ = [
    "AUC", "Accuracy", "BinaryAccuracy", "BinaryCrossentropy", "BinaryIoU", "CategoricalAccuracy",
    "CategoricalCrossentropy", "CategoricalHinge", "ConcordanceCorrelation", "CosineSimilarity",
    "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives", "Hinge", "IoU", "KLDivergence",
    "LogCoshError", "Mean", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanIoU",
    "MeanMetricWrapper", "MeanSquaredError", "MeanSquaredLogarithmicError", "Metric", "OneHotIoU",
    "OneHotMeanIoU", "PearsonCorrelation", "Poisson", "Precision", "PrecisionAtRecall", "R2Score",
    "Recall", "RecallAtPrecision", "RootMeanSquaredError", "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy", "SparseCategoricalCrossentropy", "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity", "SquaredHinge", "Sum", "TopKCategoricalAccuracy", "TrueNegatives",
    "TruePositives", "binary_accuracy", "binary_crossentropy", "binary_focal_crossentropy",
    "categorical_accuracy", "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_hinge", "concordance_correlation", "deserialize", "get", "hinge", "huber",
    "kl_divergence", "log_cosh", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_error", "mean_squared_logarithmic_error", "pearson_correlation", "poisson",
    "resolve", "resolve_accuracy", "resolve_crossentropy", "serialize",
    "sparse_categorical_accuracy", "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy", "squared_hinge", "top_k_categorical_accuracy",
]

# Losses serve as metrics, too: their means over all batches.
binary_crossentropy = losses.binary_crossentropy
binary_focal_crossentropy = losses.binary_focal_crossentropy
categorical_crossentropy = losses.categorical_crossentropy
categorical_focal_crossentropy = losses.categorical_focal_crossentropy
categorical_hinge = losses.categorical_hinge
hinge = losses.hinge
huber = losses.huber
kl_divergence = losses.kl_divergence
log_cosh = losses.log_cosh
mean_absolute_error = losses.mean_absolute_error
mean_absolute_percentage_error = losses.mean_absolute_percentage_error
mean_squared_error = losses.mean_squared_error
mean_squared_logarithmic_error = losses.mean_squared_logarithmic_error
poisson = losses.poisson
sparse_categorical_crossentropy = losses.sparse_categorical_crossentropy
squared_hinge = losses.squared_hinge

_KNOWN = registry.catalogue(
    Metric, Mean, Sum, MeanMetricWrapper,
    MeanSquaredError, RootMeanSquaredError, MeanAbsoluteError, MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError, CosineSimilarity, LogCoshError, R2Score,
    AUC, FalseNegatives, FalsePositives, TrueNegatives, TruePositives, Precision, Recall,
    PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity,
    PearsonCorrelation, ConcordanceCorrelation,
    Hinge, SquaredHinge, CategoricalHinge,
    KLDivergence, Poisson, BinaryCrossentropy, CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy,
    TopKCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    F1Score, FBetaScore,
    IoU, BinaryIoU, MeanIoU, OneHotIoU, OneHotMeanIoU,
    binary_focal_crossentropy, categorical_focal_crossentropy, huber, log_cosh,  # without a class
    bce=BinaryCrossentropy, BCE=BinaryCrossentropy, mae=MeanAbsoluteError, MAE=MeanAbsoluteError,
    mape=MeanAbsolutePercentageError, MAPE=MeanAbsolutePercentageError, mse=MeanSquaredError,
    MSE=MeanSquaredError, msle=MeanSquaredLogarithmicError, MSLE=MeanSquaredLogarithmicError,
)

# What the config of a MeanMetricWrapper may name.
FUNCTIONS = registry.catalogue(
    binary_accuracy, categorical_accuracy, sparse_categorical_accuracy,
    top_k_categorical_accuracy, sparse_top_k_categorical_accuracy,
    concordance_correlation, pearson_correlation,
    binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy,
    categorical_focal_crossentropy, sparse_categorical_crossentropy,
    categorical_hinge, hinge, squared_hinge, kl_divergence, poisson,
    huber, log_cosh, losses.cosine_similarity, mean_absolute_error,
    mean_absolute_percentage_error, mean_squared_error, mean_squared_logarithmic_error,
)

_ACCURACIES = {
    "binary": BinaryAccuracy,
    "sparse_categorical": SparseCategoricalAccuracy,
    "categorical": CategoricalAccuracy,
}

_CROSSENTROPIES = {
    "binary": BinaryCrossentropy,
    "sparse_categorical": SparseCategoricalCrossentropy,
    "categorical": CategoricalCrossentropy,
}


def get(identifier: Any) -> Any:
    """Return the metric that an identifier means.

    Parameters
    ----------
    identifier : str, dict, Metric, callable or None
        A name in snake case or of a class ("mse", "binary_accuracy", "BinaryAccuracy"), a config,
        or a metric or function ``f(y_true, y_pred)``, which is returned as it is.

    Returns
    -------
    Metric, callable or None
        A new instance for a name.

    Raises
    ------
    ValueError
        If there is no such metric.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.get("mse")
    <MeanSquaredError name=mean_squared_error>
    """
    if identifier is None:
        return None
    return registry.get(identifier, _KNOWN, "metric")


def serialize(metric: Any) -> Any:
    """Describe a metric by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.serialize(metrics.MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return registry.serialize(metric, "metrics")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the metric that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.deserialize({"class_name": "BinaryAccuracy"}).name
    'binary_accuracy'
    """
    return registry.get(config, _KNOWN, "metric", custom_objects=custom_objects)


def resolve(identifier: Any, y_true_shape: Shape, y_pred_shape: Shape) -> Metric:
    """Return the :class:`Metric` that `compile` means, once the shapes are known.

    Parameters
    ----------
    identifier : str, dict, Metric or callable
        As for :func:`get`, and "accuracy" or "acc", "crossentropy" or "ce" for the one that fits
        the shapes.
    y_true_shape, y_pred_shape : tuple
        Of the targets and the predictions; the number of samples does not matter.

    Returns
    -------
    Metric
        Named by the string that was given; a function is wrapped and named after itself.

    Raises
    ------
    ValueError
        If there is no such metric.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.resolve("acc", (None,), (None, 10))
    <SparseCategoricalAccuracy name=acc>
    """
    folded = str(identifier).lower()
    if folded in ("accuracy", "acc"):
        metric = resolve_accuracy(y_true_shape, y_pred_shape)()
    elif folded in ("crossentropy", "ce"):
        metric = resolve_crossentropy(y_true_shape, y_pred_shape)()
    else:
        metric = get(identifier)
    if not isinstance(metric, Metric):
        metric = MeanMetricWrapper(metric, name=getattr(metric, "__name__", None))
    if isinstance(identifier, str):
        metric.name = identifier
    return metric


def resolve_accuracy(y_true_shape: Shape, y_pred_shape: Shape) -> type[Metric]:
    """Return the class that "accuracy" means for these shapes, whatever the loss.

    Parameters
    ----------
    y_true_shape, y_pred_shape : tuple

    Returns
    -------
    type
        See :func:`fastdense.losses.target_kind`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.resolve_accuracy((None, 1), (None, 1)).__name__
    'BinaryAccuracy'
    """
    return _ACCURACIES[losses.target_kind(y_true_shape, y_pred_shape)]


def resolve_crossentropy(y_true_shape: Shape, y_pred_shape: Shape) -> type[Metric]:
    """Return the class that "crossentropy" means for these shapes.

    Parameters
    ----------
    y_true_shape, y_pred_shape : tuple

    Returns
    -------
    type
        See :func:`fastdense.losses.target_kind`.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.resolve_crossentropy((None, 10), (None, 10)).__name__
    'CategoricalCrossentropy'
    """
    return _CROSSENTROPIES[losses.target_kind(y_true_shape, y_pred_shape)]
