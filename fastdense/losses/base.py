"""What every loss is: one number per sample, a reduction of them, and a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils.arrays import aligned_weights
from fastdense.utils.naming import auto_name

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike
    from typing_extensions import Self

    from fastdense._types import Array, Config, Scalar
    from fastdense.kernels.rules import LossRule

__all__ = ["Loss"]

_REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None)


class Loss:
    """Base class: a subclass defines ``call`` and, to be trained with, ``gradient``.

    Parameters
    ----------
    name : str, optional
        Default: the class name in snake case.
    reduction : str or None, default "sum_over_batch_size"
        "sum_over_batch_size" or "mean": the sum over the number of samples; "sum";
        "mean_with_sample_weight": the sum over the sum of the weights; "none" or None: one number
        per sample.
    dtype : {"float32", "float64"}, optional
        What predictions are cast to. None means :func:`fastdense.config.floatx`.

    Raises
    ------
    ValueError
        If `reduction` is not one of the above.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses
    >>> class MeanAbsoluteError(losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return np.mean(np.abs(y_true - y_pred), axis=-1)
    ...     def gradient(self, y_true, y_pred):
    ...         return np.sign(y_pred - y_true) / y_pred.shape[-1]
    >>> MeanAbsoluteError()([[0.0, 2.0]], [[1.0, 1.0]])
    np.float32(1.0)
    """

    rule: LossRule | None = None
    axis = -1  # of y_pred, which `call` reduces to one number

    def __init__(self, name: str | None = None, reduction: str | None = "sum_over_batch_size",
                 dtype: DTypeLike | None = None) -> None:
        if reduction not in _REDUCTIONS:
            raise ValueError(
                "Invalid value for argument `reduction`. Expected one of "
                f"{_REDUCTIONS}. Received: reduction={reduction}"
            )
        self.name = name or auto_name(type(self).__name__)
        self.reduction = reduction
        self._dtype = np.dtype(dtype or config.floatx()).name

    @property
    def dtype(self) -> str:
        """Name of the dtype of the computation."""
        return self._dtype

    def __call__(self, y_true: ArrayLike, y_pred: ArrayLike,
                 sample_weight: ArrayLike | None = None) -> Scalar | Array:
        """Return the reduced loss.

        Parameters
        ----------
        y_true, y_pred : array_like
            Targets and predictions, cast to `dtype`.
        sample_weight : array_like or float, optional
            One weight per number of ``call``, or per sample.

        Returns
        -------
        scalar of `dtype`, or ndarray with reduction "none"
        """
        y_true, y_pred = self._cast(y_true, y_pred)
        values = np.asarray(self.call(y_true, y_pred))
        weighted = values * self.weights(values.shape, y_true, sample_weight)
        if self.reduction in ("none", None):
            return weighted.astype(self.dtype)
        return np.sum(weighted).astype(self.dtype)

    def value_and_gradient(self, y_true: ArrayLike, y_pred: ArrayLike,
                           sample_weight: ArrayLike | None = None) -> tuple[float, Array]:
        """Return the reduced loss and its derivative by `y_pred`, which is what training needs.

        Parameters
        ----------
        y_true, y_pred, sample_weight : array_like
            As for a call.

        Returns
        -------
        value : float
            With reduction "none" the sum, as for "sum".
        gradient : ndarray of `dtype`, shape of `y_pred`

        Raises
        ------
        ValueError
            If the shapes of `call` and `gradient` do not fit that of `y_pred`.
        """
        y_true, y_pred = self._cast(y_true, y_pred)
        values = np.asarray(self.call(y_true, y_pred))
        weights = self.weights(values.shape, y_true, sample_weight)
        value = float(np.sum(values * weights))
        slopes = np.asarray(self.gradient(y_true, y_pred))
        missing = range(values.ndim, y_pred.ndim)
        weights = np.expand_dims(weights, self.axis if len(missing) == 1 else tuple(missing))
        if slopes.shape != y_pred.shape or np.broadcast(weights, slopes).shape != y_pred.shape:
            raise ValueError(
                f"{type(self).__name__}: expected `gradient` to return the shape of y_pred, and "
                f"`call` that shape without axis {self.axis}. Received: shapes {slopes.shape} and "
                f"{values.shape} for y_pred of shape {y_pred.shape}."
            )
        return value, (weights * slopes).astype(self.dtype)

    def _cast(self, y_true, y_pred):
        return np.asarray(y_true, dtype=self.dtype), np.asarray(y_pred, dtype=self.dtype)

    def call(self, y_true: Array, y_pred: Array) -> Array:
        """Return the loss of every sample: shape ``y_pred.shape[:-1]``."""
        raise NotImplementedError(
            f"{type(self).__name__} must override `call(self, y_true, y_pred)`."
        )

    def gradient(self, y_true: Array, y_pred: Array) -> Array:
        """Return the derivative of every sample's loss by its row of `y_pred`, like `y_pred`."""
        raise NotImplementedError(
            f"{type(self).__name__} must override `gradient(self, y_true, y_pred)` to be trained "
            "with: fastdense has no automatic differentiation, so a loss brings its own derivative."
        )

    def mask(self, y_true: Array) -> Array | None:
        """Return which samples count, as booleans like the result of `call`; None means all."""
        return None

    def weights(self, shape: tuple[int, ...], y_true: Any = None,
                sample_weight: Any = None) -> Array:
        """Return the factors that make the reduced loss a sum over the samples.

        ``loss(y_true, y_pred, w) == sum(weights * call(y_true, y_pred))``.

        Parameters
        ----------
        shape : tuple of int
            Of the result of ``call``.
        y_true : ndarray, optional
            Targets, where the loss leaves some of them out.
        sample_weight : array_like or float, optional
            One weight per number of ``call``, or per sample.

        Returns
        -------
        ndarray of float64
            Of `shape`.
        """
        if not shape and np.ndim(sample_weight):  # one number for the batch counts every weight
            return self.weights(np.shape(sample_weight), None, sample_weight).sum()
        weights = np.ones(shape)
        if sample_weight is not None:
            weights *= aligned_weights(sample_weight, shape)
        n_samples = weights.size
        mask = self.mask(y_true)
        if mask is not None:
            mask = np.reshape(mask, shape)
            weights *= mask
            n_samples = np.count_nonzero(mask)
        if self.reduction in ("sum", "none", None):
            return weights
        weighted_mean = self.reduction == "mean_with_sample_weight"
        divisor = weights.sum() if weighted_mean and sample_weight is not None else n_samples
        return weights / divisor if divisor else np.zeros(shape)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a loss from what :meth:`get_config` returned."""
        return cls(**config)
