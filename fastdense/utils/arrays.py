"""What functions of targets and predictions do with their arguments first."""

from __future__ import annotations

import numpy as np

from fastdense import config

__all__ = ["aligned_weights", "as_float", "same_rank"]


def as_float(x):
    """Return an array of float32 or float64; anything else becomes the default dtype.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray
        `x` itself if it is an array of float32 or float64. Other arrays, and lists, become
        :func:`fastdense.config.floatx`.

    Examples
    --------
    >>> from fastdense.utils.arrays import as_float
    >>> as_float([1.0, 2.0])
    array([1., 2.], dtype=float32)
    """
    array = np.asarray(x)
    if hasattr(x, "dtype") and array.dtype in (np.float32, np.float64):
        return array
    return array.astype(config.floatx())  # also lists, which NumPy reads as float64


def same_rank(x, y):
    """Add or drop a last axis of length 1 where the ranks of two arrays differ by one.

    Parameters
    ----------
    x, y : array_like

    Returns
    -------
    x, y : ndarray
        As they were where the ranks are equal or cannot be made so.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense.utils.arrays import same_rank
    >>> [a.shape for a in same_rank(np.zeros(3), np.zeros((3, 1)))]
    [(3, 1), (3, 1)]
    >>> [a.shape for a in same_rank(np.zeros((3, 2, 1)), np.zeros((3, 2)))]
    [(3, 2), (3, 2)]
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == y.ndim + 1:
        return _fitted(x, y)
    if y.ndim == x.ndim + 1:
        y, x = _fitted(y, x)
    return x, y


def aligned_weights(sample_weight, shape):
    """Give weights of fewer axes trailing ones, so that they broadcast over samples.

    Parameters
    ----------
    sample_weight : array_like
        One weight per sample, or per number of an array of `shape`.
    shape : tuple of int

    Returns
    -------
    ndarray of float64
        That can be broadcast to `shape`.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from fastdense.utils.arrays import aligned_weights
    >>> aligned_weights([1.0, 2.0], (2, 3)).shape
    (2, 1)
    """
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.ndim == len(shape) + 1 and weight.shape[-1] == 1:
        weight = weight[..., 0]
    if 0 < weight.ndim < len(shape):
        weight = weight.reshape(weight.shape + (1,) * (len(shape) - weight.ndim))
    if weight.ndim > len(shape) or any(
        n not in (1, m) for n, m in zip(weight.shape, shape, strict=False)
    ):
        raise ValueError(
            f"sample_weight: expected one weight per sample, that is shape {tuple(shape)} or its "
            f"first axes. Received: shape {np.shape(sample_weight)}."
        )
    return weight


def _fitted(longer, shorter):
    if longer.shape[-1] != 1:
        return longer, shorter
    if shorter.ndim == 1:
        return longer, shorter[:, np.newaxis]
    return longer[..., 0], shorter
