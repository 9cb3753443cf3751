"""Numbers to watch while a model trains, kept over the batches of an epoch in float64."""

from __future__ import annotations

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
from .base import Metric
from .crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from .reduction import Mean, MeanMetricWrapper, Sum
from .regression import MeanSquaredError
from .top_k import (
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Mean",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "deserialize",
    "get",
    "resolve",
    "resolve_accuracy",
    "resolve_crossentropy",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]

_KNOWN = registry.catalogue(
    Metric, Mean, Sum, MeanMetricWrapper, Accuracy, BinaryAccuracy, CategoricalAccuracy,
    SparseCategoricalAccuracy, TopKCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy, MeanSquaredError,
    bce=BinaryCrossentropy, BCE=BinaryCrossentropy, mse=MeanSquaredError, MSE=MeanSquaredError,
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


def get(identifier):
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


def serialize(metric):
    """Describe a metric by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.serialize(metrics.MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return registry.serialize(metric, "metrics")


def deserialize(config, custom_objects=None):
    """Return the metric that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.deserialize({"class_name": "BinaryAccuracy"}).name
    'binary_accuracy'
    """
    return registry.get(config, _KNOWN, "metric", custom_objects=custom_objects)


def resolve(identifier, y_true_shape, y_pred_shape):
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
    if not isinstance(identifier, str):
        metric = get(identifier)
        if isinstance(metric, Metric):
            return metric
        return MeanMetricWrapper(metric, name=getattr(metric, "__name__", None))
    if identifier.lower() in ("accuracy", "acc"):
        metric = resolve_accuracy(y_true_shape, y_pred_shape)()
    elif identifier.lower() in ("crossentropy", "ce"):
        metric = resolve_crossentropy(y_true_shape, y_pred_shape)()
    else:
        metric = get(identifier)
    metric.name = identifier
    return metric


def resolve_accuracy(y_true_shape, y_pred_shape):
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


def resolve_crossentropy(y_true_shape, y_pred_shape):
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
