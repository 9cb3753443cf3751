"""Samples in the form that the engine reads, and spans of them: what sources hand to the loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastdense import kernels
from fastdense.training import data

__all__ = ["Inputs", "Samples", "Span"]


class Span(NamedTuple):
    """Some batches that lie together: samples first..last-1, in `order` if there is one."""

    samples: object  # Samples or Inputs
    order: object  # ndarray of int, or None for samples as they lie
    first: int
    last: int
    n_batches: int
    batch_size: int  # samples a batch at most


class Inputs:
    """Samples without targets, to predict from.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    """

    def __init__(self, x):
        self.x = x
        self.n = len(x)


class Samples:
    """A whole data set or one batch: inputs, targets and weights.

    Nothing in here changes with the model's weights, so the same samples serve every epoch.

    Parameters
    ----------
    model : Sequential
        Built and compiled.
    x : ndarray, shape (n, ...)
    y : ndarray, shape (n, ...)
    weights : ndarray of float64, shape (n,) or (n, ...) with one for each row of output, optional
    """

    def __init__(self, model, x, y, weights=None):
        self.n = len(x)
        self.y = y
        self.weights = weights
        self.measures = model._measures_for(y.shape, weights is not None and weights.ndim > 1)
        self.targets, self.labels = self.measures.read_targets(y)
        self.source = kernels.for_dtype(self.measures.dtype).Source(data.rows(x))
        self.loss_weights = self._scaled(self.measures.loss_weight)

    def _scaled(self, factor):
        """The weights in the loss: of samples or classes, times that of the loss itself."""
        if factor == 1:
            return self.weights
        return np.full(self.n, factor) if self.weights is None else factor * self.weights

    def part(self, span):
        """Return targets and weights of a span in its order, for what Python computes."""
        some = slice(span.first, span.last)
        if span.order is not None:
            some = span.order[some]
        return tuple(None if a is None else a[some]
                     for a in (self.y, self.weights, self.loss_weights))
