"""Losses that are the mean of one number an output: a formula and its slope are all they need."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from .arguments import check_shapes, paired
from .wrapper import differentiable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import T

__all__ = ["mean_of"]


def mean_of(slope: Callable[..., Any], kind: str | None = None) -> Callable[[T], T]:
    """Decorate a formula with its derivative, and make the mean over the last axis of both.

    Parameters
    ----------
    slope : callable
        ``slope(y_true, y_pred, **options)``: the derivative of the formula by `y_pred`.
    kind : str, optional
        The engine's name for the loss, if it has one.

    Returns
    -------
    callable
        A decorator: ``formula(y_true, y_pred, **options)``, which is elementwise, becomes a loss
        function with the attribute ``gradient``. Both are given floats of one dtype and rank.
    """

    def decorate(formula):
        @functools.wraps(formula)
        def loss(y_true, y_pred, *args, **options):
            y_true, y_pred = paired(y_true, y_pred)
            values = np.mean(formula(y_true, y_pred, *args, **options), axis=-1)
            return values.astype(y_pred.dtype, copy=False)

        def gradient(y_true, y_pred, *args, **options):
            y_true, y_pred = paired(y_true, y_pred)
            slopes = slope(y_true, y_pred, *args, **options)  # (batch, n_out)
            if slopes.shape != y_pred.shape:  # targets may be broadcast, as in Keras, not outputs
                check_shapes(y_true, y_pred)
            return (slopes / y_pred.shape[-1]).astype(y_pred.dtype, copy=False)

        return differentiable(kind, gradient)(loss)

    return decorate
