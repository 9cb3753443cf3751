"""What the loss functions do with their arguments: the axis, shapes, number types, clipping."""

from __future__ import annotations

import numpy as np

from fastdense.utils.arrays import as_float, same_rank

__all__ = ["check_axis", "check_last_axis", "check_shapes", "clip_probabilities", "paired",
           "smooth"]

_CLIP = 1e-7  # keras.config.epsilon(), as in kernels/losses.pxi


def check_axis(axis):
    """Raise a ValueError unless `axis` is an int; True would pass for one."""
    if isinstance(axis, (bool, np.bool_)) or not isinstance(axis, (int, np.integer)):
        raise ValueError(
            f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}. The "
            "classes are usually on the last axis, which is -1."
        )


def check_last_axis(axis, ndim):
    """Raise a ValueError unless `axis` is the last of `ndim`."""
    check_axis(axis)
    if axis not in (-1, ndim - 1):
        raise ValueError(
            f"Only axis=-1 is currently supported. Received: axis={axis}. Move the classes there "
            f"first, e.g. np.moveaxis(y_pred, {axis}, -1)."
        )


def check_shapes(y_true, y_pred):
    """Raise a ValueError unless targets and predictions have one shape."""
    what = "rank (ndim)" if y_true.ndim != y_pred.ndim else "shape"
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"Arguments `target` and `output` must have the same {what}. Received: "
            f"target.shape={y_true.shape}, output.shape={y_pred.shape}. The target is y_true; "
            "integer labels go with sparse_categorical_crossentropy."
        )


def paired(y_true, y_pred):
    """Return targets and predictions as floats of one dtype, that of the predictions.

    A last axis of length 1 that one of them lacks is added or dropped.
    """
    y_pred = as_float(y_pred)
    return same_rank(np.asarray(y_true, dtype=y_pred.dtype), y_pred)


def smooth(y_true, smoothing, n_classes):
    """Return targets moved towards a share of 1 / n_classes each, by a number or one a class."""
    if not np.any(smoothing):
        return y_true
    return (y_true * (1 - smoothing) + smoothing / n_classes).astype(y_true.dtype, copy=False)


def clip_probabilities(p):
    """Return p clipped as the compiled losses clip it, and where it was not."""
    low, high = p.dtype.type(_CLIP), p.dtype.type(1 - _CLIP)
    return np.clip(p, low, high), (low <= p) & (p <= high)
