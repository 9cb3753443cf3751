"""Gradients made shorter: one by one, all together, or value by value."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["clip_by_global_norm", "clip_by_norm", "clip_by_value"]


def clip_by_norm(gradients, limit):
    """Scale each array down to a Euclidean norm of `limit` if its norm is over it.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense.optimizers.clipping import clip_by_norm
    >>> clip_by_norm([np.array([30.0, 40.0]), np.array([0.5])], 5.0)
    [array([3., 4.]), array([0.5])]
    """
    return [gradient * (limit / max(_norm([gradient]), limit)) for gradient in gradients]


def clip_by_global_norm(gradients, limit):
    """Scale all arrays by one factor if the norm of all of them together is over `limit`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense.optimizers.clipping import clip_by_global_norm
    >>> clip_by_global_norm([np.array([30.0]), np.array([40.0])], 5.0)
    [array([3.]), array([4.])]
    """
    norm = _norm(gradients)
    # Not max(): a NaN or infinite norm has to show in the weights, as in Keras.
    scale = limit / norm if norm > limit else 1.0
    if not math.isfinite(norm):
        scale = math.nan
    return [gradient * scale for gradient in gradients]


def clip_by_value(gradients, limit):
    """Clip every number to [-limit, limit].

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense.optimizers.clipping import clip_by_value
    >>> clip_by_value([np.array([30.0, -0.5])], 5.0)
    [array([ 5. , -0.5])]
    """
    return [np.clip(gradient, -limit, limit) for gradient in gradients]


def _norm(arrays):
    return math.sqrt(sum(float(np.sum(np.square(a, dtype=np.float64))) for a in arrays))
