"""What the arguments of an optimizer and of its `apply` have to be."""

from __future__ import annotations

import numbers
import warnings

import numpy as np

__all__ = ["check_clipping", "check_ema", "read_gradients"]


def check_ema(use_ema, momentum, frequency):
    """Refuse a momentum or a frequency that cannot be one, if `use_ema`."""
    if use_ema and not 0 <= momentum <= 1:
        raise ValueError(
            f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={momentum}"
        )
    if use_ema and frequency and (not isinstance(frequency, numbers.Integral) or frequency < 1):
        raise ValueError(
            "`ema_overwrite_frequency` must be an integer >= 1 or None. Received: "
            f"ema_overwrite_frequency={frequency}"
        )


def check_clipping(clipnorm, clipvalue, global_clipnorm):
    """Refuse more than one limit."""
    if sum(limit is not None for limit in (clipnorm, clipvalue, global_clipnorm)) > 1:
        raise ValueError(
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
            f"clipnorm={clipnorm}, clipvalue={clipvalue}, global_clipnorm={global_clipnorm}"
        )


def read_gradients(grads, variables):
    """Return gradients as arrays of the dtypes of the variables, and those that have one.

    Pairs without a gradient are dropped with a warning.

    Raises
    ------
    ValueError
        If there is no gradient at all, or one has not the shape of its variable.
    """
    pairs = list(zip(grads, variables, strict=True))
    present = [(g, v) for g, v in pairs if g is not None]
    if not present:
        raise ValueError(
            "No gradients provided for any variable. Expected at least one array in grads."
        )
    if len(present) < len(pairs):
        missing = [v.path for g, v in pairs if g is None]
        warnings.warn(
            f"Gradients do not exist for variables {missing} when minimizing the loss. They are "
            "left alone.",
            stacklevel=4,
        )
    arrays = [_read(gradient, variable) for gradient, variable in present]
    return arrays, [variable for _, variable in present]


def _read(gradient, variable):
    gradient = np.asarray(gradient, dtype=variable.dtype)
    if gradient.shape != variable.shape:
        raise ValueError(
            f"Expected a gradient of shape {variable.shape} for `{variable.path}`. Received: shape "
            f"{gradient.shape}."
        )
    return gradient
