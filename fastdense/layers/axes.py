"""Axes of a sample: checking them, and bringing them together for stages that work on rows."""

from __future__ import annotations

import math

import numpy as np

from fastdense.kernels.rules import Stage

__all__ = ["positions", "rearranged", "together"]


def positions(axis, ndim):
    """Return axes of a batch of `ndim` axes as a sorted list of positions, 0 being the batch.

    Raises
    ------
    ValueError
        If there is no such axis, or one comes twice.
    """
    axes = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    for one in axes:
        if not -ndim <= one < ndim:
            raise ValueError(f"Axis {one} is out of bounds for an input of {ndim} axes. Received: "
                             f"axis={axis}")
    found = sorted(one % ndim for one in axes)
    if len(set(found)) < len(found):
        raise ValueError(f"Expected no axis to come twice. Received: axis={axis}")
    return found


def together(shape, axes, make):
    """Return stages that work on rows made of some axes of a sample.

    Parameters
    ----------
    shape : tuple of int
        Of a sample.
    axes : list of int
        Positions in a batch, so at least 1, ascending.
    make : callable
        ``make(rows, n)`` returns the stages in between, which keep rows and n.

    Returns
    -------
    list of Stage
    """
    chosen = [axis - 1 for axis in axes]
    order = [i for i in range(len(shape)) if i not in chosen] + chosen
    n = math.prod(shape[i] for i in chosen)
    back = [int(i) for i in np.argsort(order)]
    inner = tuple(shape[i] for i in order)
    return [*rearranged(shape, order, n), *make(math.prod(shape) // n, n),
            *rearranged(inner, back, shape[-1], n)]


def rearranged(shape, order, n_out, n_in=None):
    """Return the stages that transpose samples of `shape` and cut them in rows of `n_out`."""
    n_in = n_in or shape[-1]
    size = math.prod(shape)
    if list(order) == sorted(order):
        return [] if n_in == n_out else [Stage("reshape", n_in, n_out, size // n_in)]
    table = np.arange(size).reshape(shape).transpose(order).reshape(-1)
    return [Stage("permute", n_in, n_out, size // n_in, table=tuple(table.tolist()))]
