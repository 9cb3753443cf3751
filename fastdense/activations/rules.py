"""How the engine computes each activation: its name there and its constants.

A function of this package is computed by its rule on an array, and a layer hands the same rule to
the engine, which knows the derivative too.
"""

from __future__ import annotations

import math

import numpy as np

from fastdense import kernels
from fastdense.utils.arrays import as_float

__all__ = ["RULES", "apply", "compute", "compute_rows"]

# Klambauer et al., Self-Normalizing Neural Networks, 2017, equation 14.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _relu(negative_slope=0.0, max_value=None, threshold=0.0):
    if negative_slope == 0 and max_value is None and threshold == 0:
        return "relu", ()
    limits = (-math.inf, math.inf) if max_value is None else (0.0, max_value)
    return _constants("rectifier", threshold, *limits, negative_slope)


def _on_last_axis(name):
    def rule(axis=-1):
        if axis != -1:
            raise ValueError(f"{name}: expected axis=-1 inside a layer. Received: axis={axis}. "
                             "Use layers.Softmax(axis=...), or Permute the axes.")
        return name, ()
    return rule


def _constants(name, *values):
    """A rule with constants that were checked to be numbers."""
    try:
        return name, tuple(float(value) for value in values)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected numbers. Received: {values}.") from None


# Name of a function -> its engine name and constants for given arguments.
RULES = {
    "celu": lambda alpha=1.0: _constants("exponential_unit", 1, alpha, 1 / alpha),
    "elu": lambda alpha=1.0: _constants("exponential_unit", 1, alpha, 1),
    "exponential": lambda: ("exponential", ()),
    "gelu": lambda approximate=False: ("gelu_tanh" if approximate else "gelu", ()),
    "hard_shrink": lambda threshold=0.5: _constants("hard_shrink", threshold),
    "hard_sigmoid": lambda: ("ramp", (3.0, 1 / 6, 0.0)),
    "hard_silu": lambda: ("hard_silu", ()),
    "hard_tanh": lambda: ("ramp", (0.0, 1.0, -1.0)),
    "leaky_relu": lambda negative_slope=0.2: _relu(negative_slope),
    "linear": lambda: ("linear", ()),
    "log_sigmoid": lambda: ("log_sigmoid", ()),
    "log_softmax": _on_last_axis("log_softmax"),
    "mish": lambda: ("mish", ()),
    "relu": _relu,
    "relu6": lambda: _relu(max_value=6.0),
    "selu": lambda: ("exponential_unit", (SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1.0)),
    "sigmoid": lambda: ("sigmoid", ()),
    "silu": lambda: ("silu", ()),
    "soft_shrink": lambda threshold=0.5: _constants("soft_shrink", threshold),
    "softmax": _on_last_axis("softmax"),
    "softplus": lambda: ("softplus", ()),
    "softsign": lambda: ("softsign", ()),
    "sparse_plus": lambda: ("sparse_plus", ()),
    "sparse_sigmoid": lambda: ("ramp", (1.0, 0.5, 0.0)),
    "sparsemax": _on_last_axis("sparsemax"),
    "squareplus": lambda b=4: _constants("squareplus", b),
    "tanh": lambda: ("tanh", ()),
    "tanh_shrink": lambda: ("tanh_shrink", ()),
    "threshold": lambda threshold, default_value: _constants(
        "threshold", threshold, default_value),
}


def compute(name, x, **arguments):
    """Return the elementwise activation `name` of an array."""
    return apply(*RULES[name](**arguments), x)


def compute_rows(name, x, axis):
    """Return an activation that works along an axis; None takes the whole array as one row."""
    x = as_float(x)
    if axis is None:
        return apply(name, (), x.reshape(-1)).reshape(x.shape)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"{name}: expected x with an axis {axis}. Received: shape {x.shape}.")
    return np.moveaxis(apply(name, (), np.moveaxis(x, axis, -1)), -1, axis)


def apply(name, parameters, x):
    """Return what the engine computes by a rule, of `x`'s shape; other dtypes become floatx."""
    x = as_float(x)
    out = np.empty(x.shape, x.dtype)
    rows = (-1, x.shape[-1]) if x.ndim and x.shape[-1] else (1, x.size)
    engine = kernels.for_dtype(x.dtype.name)
    x = np.require(x, requirements=["C", "A"])  # a view of bytes may lie anywhere
    engine.activation_rows(name, x.reshape(rows), out.reshape(rows), parameters)
    return out
