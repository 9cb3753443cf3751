"""A layer by itself on an array: a network of its stages, run once."""

from __future__ import annotations

import math

import numpy as np

from fastdense import kernels
from fastdense.kernels.holding import holdings

__all__ = ["run"]


def run(layer, inputs, training):
    """Return what a built layer makes of `inputs`, by the engine, as within a model.

    In training, moving statistics and the state of random numbers move on.

    Parameters
    ----------
    layer : Layer
    inputs : ndarray of the layer's dtype, shape (n, ...)
    training : bool

    Returns
    -------
    ndarray
    """
    n, shape = len(inputs), inputs.shape[1:] or (1,)
    out_shape = (n, *layer.compute_output_shape((n, *shape))[1:])
    stages = layer.stages(shape)
    if not stages or 0 in (n, *shape):
        return inputs if not stages else np.empty(out_shape, inputs.dtype)
    engine = kernels.for_dtype(inputs.dtype.name)
    network = engine.Network(stages)
    weights, others = holdings(layer.held())
    for holding in (*weights, *others):
        holding.put(network)
    out = np.empty((n, math.prod(out_shape[1:])), inputs.dtype)
    source = engine.Source(np.require(inputs.reshape(n, -1), requirements="A"))
    plan = engine.Plan(network, n, training)
    if training:
        plan.forward(source, None, 0, n, out)
        for holding in others:
            for variable in holding.variables:
                variable._edit()
            holding.fetch(network)
    else:
        plan.predict(source, out, 0, n)
    return out.reshape(out_shape if inputs.ndim > 1 else n)
