"""How targets and predictions of one sample go together: Pearson's and Lin's coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils.arrays import as_float, same_rank

from .reduction import NamedMetric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array

__all__ = [
    "ConcordanceCorrelation", "PearsonCorrelation", "concordance_correlation",
    "pearson_correlation",
]


def _moments(y_true, y_pred, axis):
    """Return means, variances and the covariance along an axis, in float64."""
    y_pred = as_float(y_pred)
    pair = same_rank(np.asarray(y_true, y_pred.dtype), y_pred)
    means = [np.mean(y, axis=axis, keepdims=True, dtype=np.float64) for y in pair]
    offsets = [y - mean for y, mean in zip(pair, means, strict=True)]
    variances = [np.mean(np.square(d), axis=axis) for d in offsets]
    covariance = np.mean(np.multiply(*offsets), axis=axis)
    return [np.squeeze(mean, axis) for mean in means], variances, covariance, y_pred.dtype


def pearson_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    """Covariance over the product of the standard deviations, from -1 to 1.

    Parameters
    ----------
    y_true, y_pred : array_like
        Targets and predictions of one shape.
    axis : int, default -1
        The axis of what is correlated.

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype; NaN where one of them is constant.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import metrics
    >>> metrics.pearson_correlation([[0, 1, 0.5]], np.array([[1, 3, 2.0]])).round(4)
    array([1.])
    """
    _, variances, covariance, dtype = _moments(y_true, y_pred, axis)
    with np.errstate(invalid="ignore"):
        return (covariance / np.sqrt(np.multiply(*variances))).astype(dtype)


def concordance_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    """How near predictions are to the line ``y_pred == y_true``, from -1 to 1.

    Parameters
    ----------
    y_true, y_pred : array_like
        Targets and predictions of one shape.
    axis : int, default -1
        The axis of what is correlated.

    Returns
    -------
    ndarray
        Shape of `y_pred` without that axis, `y_pred`'s dtype.

    Notes
    -----
    ``2 cov / (var_true + var_pred + (mean_true - mean_pred) ** 2 + epsilon)`` with
    :func:`fastdense.config.epsilon` (Lin, Biometrics 45, 1989).

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import metrics
    >>> metrics.concordance_correlation([[0.0, 1.0]], np.array([[1.0, 2.0]])).round(4)
    array([0.3333])
    """
    means, variances, covariance, dtype = _moments(y_true, y_pred, axis)
    spread = variances[0] + variances[1] + np.square(means[0] - means[1])
    return (2 * covariance / (spread + config.epsilon())).astype(dtype)


class PearsonCorrelation(NamedMetric):
    """Mean of :func:`pearson_correlation`.

    Parameters
    ----------
    name : str, default "pearson_correlation"
    dtype : {"float32", "float64"}, optional
    axis : int, default -1

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.PearsonCorrelation()([[0, 1, 0.5]], [[1, 3, 2]])
    np.float32(1.0)
    """

    _direction = "up"
    axis: int

    def __init__(self, name: str | None = "pearson_correlation", dtype: DTypeLike | None = None,
                 axis: int = -1) -> None:
        super().__init__(pearson_correlation, name=name, dtype=dtype, axis=axis)


class ConcordanceCorrelation(NamedMetric):
    """Mean of :func:`concordance_correlation`.

    Parameters
    ----------
    name : str, default "concordance_correlation"
    dtype : {"float32", "float64"}, optional
    axis : int, default -1

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.ConcordanceCorrelation()([[0.0, 1.0]], [[1.0, 2.0]]).round(4)
    np.float32(0.3333)
    """

    _direction = "up"
    axis: int

    def __init__(self, name: str | None = "concordance_correlation", dtype: DTypeLike | None = None,
                 axis: int = -1) -> None:
        super().__init__(concordance_correlation, name=name, dtype=dtype, axis=axis)
