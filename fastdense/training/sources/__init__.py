"""Where batches come from: arrays, streams of batches, data sets. One file for each kind.

All are a :class:`~.source.Source`; a :class:`~.source.Feed` cuts its passes into epochs.
"""

from __future__ import annotations

import math
import types
import warnings
from collections.abc import Iterable, Mapping, Set

import numpy as np

from fastdense import config
from fastdense.training import arguments, data
from fastdense.utils import PyDataset

from .arrays import Arrays
from .dataset import Dataset
from .source import Feed
from .stream import Stream

__all__ = ["is_stream", "open_feed"]

_DEFAULT_BATCH = 32  # as in Keras


def is_stream(x):
    """Whether `x` yields batches, rather than being samples itself."""
    if isinstance(x, np.ndarray):
        return False
    if isinstance(x, PyDataset):
        return True
    # A list is refused as in Keras; what has a shape is some matrix, perhaps a sparse one.
    return (isinstance(x, Iterable) and not data.is_array(x) and not hasattr(x, "shape")
            and not isinstance(x, (list, tuple, str, bytes, Mapping, Set)))


def open_feed(read, x, y=None, sample_weight=None, batch_size=None, steps=None, shuffle=False):
    """Return a :class:`Feed` of whatever a user passes as `x`, its first batch checked.

    Parameters
    ----------
    read : callable
        ``read(x, y, sample_weight)`` checks arrays and returns Samples or Inputs.
    x : array_like, PyDataset or iterable of tuple
    y, sample_weight : array_like, optional
        With arrays only.
    batch_size : int, optional
        Of arrays; a stream has its own. Default 32, or what makes `steps` batches.
    steps : int, optional
        Batches an epoch. None: as many as there are.
    shuffle : bool, default False

    Raises
    ------
    ValueError
        If `y` or `sample_weight` come beside a stream, or the stream has no batch.
    """
    if not is_stream(x):
        samples = read(x, y, sample_weight)
        batch_size = batch_size or (math.ceil(samples.n / steps) if steps else _DEFAULT_BATCH)
        return _feed(Arrays(samples, batch_size, shuffle), steps)
    kind = _kind(x)
    for name, given, what in (("y", y, "the targets"),
                              ("sample_weights", sample_weight, "the sample weights")):
        if given is not None:
            raise ValueError(
                f"When providing `x` as a {kind}, `{name}` should not be passed. Instead, {what} "
                f"should be included as part of the {kind}."
            )
    if isinstance(x, PyDataset) and x.num_batches is not None:
        source = Dataset(x, read, shuffle)
    else:
        if shuffle:
            warnings.warn(
                f"`shuffle=True` was passed, but will be ignored since the data `x` was provided "
                f"as a {kind}. The {kind} is expected to yield already-shuffled data.",
                stacklevel=4)  # the caller of `fit`
        source = Dataset(x, read) if isinstance(x, PyDataset) else Stream(x, read)
    return _feed(source, steps)


def _feed(source, steps):
    n_batches = steps or source.n_batches
    limit = arguments.limited("steps_per_epoch", n_batches, config.max_steps_per_epoch())
    return Feed(source, steps if limit == n_batches else limit)


def _kind(x):
    if isinstance(x, PyDataset):
        return "PyDataset" if x.num_batches is not None else "infinite PyDataset"
    return "generator" if isinstance(x, types.GeneratorType) else type(x).__name__
