"""What the loss functions do with their arguments: the axis, shapes, clipping."""

from __future__ import annotations

import numpy as np

__all__ = ["check_axis", "check_shapes", "clip_probabilities"]

_CLIP = 1e-7  # keras.config.epsilon(), as in kernels/losses.pxi


def check_axis(axis):
    if isinstance(axis, bool) or axis != -1:
        raise ValueError(
            "`axis` must be of type `int` and be -1: the classes are on the last axis. "
            f"Received: axis={axis}. Move it there first, e.g. np.moveaxis(y_pred, {axis}, -1)."
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


def clip_probabilities(p):
    """Return p clipped as the compiled losses clip it, and where it was not."""
    low, high = p.dtype.type(_CLIP), p.dtype.type(1 - _CLIP)
    return np.clip(p, low, high), (low <= p) & (p <= high)
