"""Loss functions, with the gradients that training needs.

A loss is a class (``CategoricalCrossentropy(from_logits=True)``), a function of the same name in
snake case, or a string. Each has an analytic gradient; there is no automatic differentiation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import registry

from .base import Loss
from .binary import BinaryCrossentropy, binary_crossentropy
from .categorical import (
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from .divergence import KLDivergence, Poisson, kl_divergence, poisson
from .focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from .hinge import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from .regression import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_squared_error,
)
from .relative import (
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    mean_absolute_percentage_error,
    mean_squared_logarithmic_error,
)
from .similarity import CosineSimilarity, cosine_similarity
from .wrapper import LossFunctionWrapper

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import CustomObjects, Shape

__all__ = [
    "BCE", "KLD", "MAE", "MAPE", "MSE", "MSLE", "BinaryCrossentropy", "BinaryFocalCrossentropy",
    "CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge",
    "CosineSimilarity", "Hinge", "Huber", "KLDivergence", "LogCosh", "Loss", "LossFunctionWrapper",
    "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "SparseCategoricalCrossentropy", "SquaredHinge",
    "bce", "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy",
    "categorical_focal_crossentropy", "categorical_hinge", "cosine_similarity", "deserialize",
    "get", "hinge", "huber", "kl_divergence", "kld", "log_cosh", "mae", "mape",
    "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error",
    "mean_squared_logarithmic_error", "mse", "msle", "poisson", "resolve", "serialize",
    "sparse_categorical_crossentropy", "squared_hinge", "target_kind",
]

bce = BCE = binary_crossentropy
kld = KLD = kl_divergence
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
mse = MSE = mean_squared_error
msle = MSLE = mean_squared_logarithmic_error

# The functions come last: a name in snake case means the function, as in Keras.
_KNOWN = registry.catalogue(
    Loss, LossFunctionWrapper,
    MeanSquaredError, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredLogarithmicError,
    CosineSimilarity, Huber, LogCosh,
    Hinge, SquaredHinge, CategoricalHinge,
    KLDivergence, Poisson, BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy,
    CategoricalFocalCrossentropy, SparseCategoricalCrossentropy,
    mean_squared_error, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_logarithmic_error, cosine_similarity, huber, log_cosh,
    hinge, squared_hinge, categorical_hinge,
    kl_divergence, poisson, binary_crossentropy, binary_focal_crossentropy,
    categorical_crossentropy, categorical_focal_crossentropy, sparse_categorical_crossentropy,
    bce=bce, BCE=BCE, kld=kld, KLD=KLD, mae=mae, MAE=MAE, mape=mape, MAPE=MAPE, mse=mse, MSE=MSE,
    msle=msle, MSLE=MSLE,
)


def get(identifier: Any) -> Any:
    """Return the loss that an identifier means.

    Parameters
    ----------
    identifier : str, dict, Loss, callable or None
        The name of a function ("mse", "categorical_crossentropy") or of a class, a config, or a
        loss, which is returned as it is.

    Returns
    -------
    callable or None
        A function for the name of a function, else a :class:`Loss`.

    Raises
    ------
    ValueError
        If there is no such loss.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.get("mse") is losses.mean_squared_error
    True
    """
    if identifier is None:
        return None
    return registry.get(identifier, _KNOWN, "loss")


def serialize(loss: Any) -> Any:
    """Describe a loss by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.serialize(losses.MeanSquaredError())["class_name"]
    'MeanSquaredError'
    """
    return registry.serialize(loss, "losses")


def deserialize(name: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the loss that a name or a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.deserialize({"class_name": "MeanSquaredError"}).name
    'mean_squared_error'
    """
    return registry.get(name, _KNOWN, "loss", custom_objects=custom_objects)


def resolve(identifier: Any, y_true_shape: Shape, y_pred_shape: Shape) -> Loss:
    """Return the :class:`Loss` that `compile` means, once the shapes are known.

    Parameters
    ----------
    identifier : str, dict, Loss or callable
        As for :func:`get`, and "crossentropy" or "ce" for the one that :func:`target_kind` tells.
    y_true_shape, y_pred_shape : tuple
        Of the targets and the predictions; the number of samples does not matter.

    Returns
    -------
    Loss
        A function is wrapped, and named by the string that was given.

    Raises
    ------
    ValueError
        If there is no such loss.

    Examples
    --------
    >>> from fastdense import losses
    >>> loss = losses.resolve("crossentropy", (None,), (None, 10))
    >>> loss.name, loss.rule.kind
    ('crossentropy', 'sparse_categorical_crossentropy')
    """
    if str(identifier).lower() in ("crossentropy", "ce"):
        loss = _CROSSENTROPIES[target_kind(y_true_shape, y_pred_shape)]
    else:
        loss = get(identifier)
    if isinstance(loss, Loss):
        return loss
    name = identifier if isinstance(identifier, str) else getattr(loss, "__name__", None)
    return LossFunctionWrapper(loss, name=name)


def target_kind(y_true_shape: Shape, y_pred_shape: Shape) -> str:
    """Tell from the shapes alone what the targets are, by Keras's rule.

    Parameters
    ----------
    y_true_shape, y_pred_shape : tuple

    Returns
    -------
    {"binary", "sparse_categorical", "categorical"}
        "binary" when the predictions have a last axis of length 1; "sparse_categorical" when the
        targets have an axis less, or a last axis of length 1.

    Examples
    --------
    >>> from fastdense import losses
    >>> losses.target_kind((None, 10), (None, 10))
    'categorical'
    """
    if y_pred_shape[-1] == 1:
        return "binary"
    if len(y_true_shape) < len(y_pred_shape) or y_true_shape[-1] == 1:
        return "sparse_categorical"
    return "categorical"


_CROSSENTROPIES = {
    "binary": binary_crossentropy,
    "sparse_categorical": sparse_categorical_crossentropy,
    "categorical": categorical_crossentropy,
}
