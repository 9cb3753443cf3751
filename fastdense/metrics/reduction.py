"""Sums and means over the samples of all batches, which most metrics are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import losses, registry
from fastdense.kernels.rules import MetricRule
from fastdense.utils.arrays import same_rank

from .base import Metric

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike
    from typing_extensions import Self

    from fastdense._types import Config, Scalar, T

__all__ = ["Mean", "MeanMetricWrapper", "NamedMetric", "Sum", "compiled"]


class Sum(Metric):
    """Sum of the values of all batches, weighted if there are weights.

    Parameters
    ----------
    name : str, default "sum"
    dtype : {"float32", "float64"}, optional
        Dtype of the result; the sum is kept in float64.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metric = metrics.Sum()
    >>> metric.update_state([1, 3, 5, 7], sample_weight=[1, 1, 0, 0])
    >>> metric.result()
    np.float32(4.0)
    """

    def __init__(self, name: str | None = "sum", dtype: DTypeLike | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype="float64", name="total")

    def update_state(self, values: ArrayLike, sample_weight: ArrayLike | None = None) -> None:
        """Add `values`, an array_like of any shape."""
        values, _ = _per_sample(values, sample_weight, np.sum)
        self.total.assign_add(np.sum(values))

    def result(self) -> Scalar:
        """Return the sum, a scalar of `dtype`."""
        return np.dtype(self.dtype).type(float(self.total))


class Mean(Metric):
    """Mean of the values of all batches, weighted if there are weights; 0 before the first.

    Parameters
    ----------
    name : str, default "mean"
    dtype : {"float32", "float64"}, optional
        Dtype of the result; the sums are kept in float64.

    Examples
    --------
    >>> from fastdense import metrics
    >>> metric = metrics.Mean()
    >>> metric.update_state([1, 3])
    >>> metric.update_state([5, 7], sample_weight=[1, 0])
    >>> metric.result()
    np.float32(3.0)
    """

    def __init__(self, name: str | None = "mean", dtype: DTypeLike | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype="float64", name="total")
        self.count = self.add_variable((), "zeros", dtype="float64", name="count")

    def update_state(self, values: ArrayLike, sample_weight: ArrayLike | None = None) -> None:
        """Take in `values`, an array_like; axes after the first are averaged."""
        values, weights = _per_sample(values, sample_weight, np.mean)
        self.add_sums(np.sum(values), values.size if weights is None else np.sum(weights))

    def set_sums(self, total: float, count: float) -> None:
        """Be at a sum of values and the sum of their weights, as the engine counts them."""
        self.total._put(total)
        self.count._put(count)

    def add_sums(self, total: float, count: float) -> None:
        """Take in a sum of values and the sum of their weights."""
        self.total.assign_add(total)
        self.count.assign_add(count)

    def result(self) -> Scalar:
        """Return the mean, a scalar of `dtype`."""
        count = float(self.count)
        return np.dtype(self.dtype).type(float(self.total) / count if count else 0.0)


class MeanMetricWrapper(Mean):
    """Mean of a function ``fn(y_true, y_pred, **kwargs)`` that returns one number a sample.

    Parameters
    ----------
    fn : callable
    name : str, optional
    dtype : {"float32", "float64"}, optional
    **kwargs
        Passed to `fn`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import metrics
    >>> def largest_error(y_true, y_pred):
    ...     return np.max(np.abs(y_true - y_pred), axis=-1)
    >>> metric = metrics.MeanMetricWrapper(largest_error, name="largest_error")
    >>> metric(np.zeros((2, 2)), np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.float32(3.0)
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None,
                 dtype: DTypeLike | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs
        if isinstance(fn, losses.Loss) or hasattr(fn, "gradient"):
            self._direction = "down"  # less is better: read by callbacks in mode "auto"

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike,  # type: ignore[override]
                     sample_weight: ArrayLike | None = None) -> None:
        """Take in a batch of targets and predictions."""
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        if sample_weight is not None:
            sample_weight = self._masked(y_true, sample_weight)
        super().update_state(values, sample_weight=sample_weight)

    def _masked(self, y_true, sample_weight):
        """Return the weights, zero for samples that are not to count."""
        return sample_weight

    @property
    def rule(self) -> MetricRule | None:  # type: ignore[override]
        """What the engine is to compute, or None if it cannot."""
        plain = MeanMetricWrapper
        changed = any(
            getattr(type(self), name) is not getattr(plain, name)
            for name in ("__call__", "update_state", "result", "reset_state")
        )
        options = {k: v for k, v in self._fn_kwargs.items() if v is not None and (k, v) != _LAST}
        kind = getattr(self._fn, "kind", None)
        if changed or kind is None or not options.keys() <= set(MetricRule._fields):
            return None
        if any(np.ndim(value) for value in options.values()):
            return None
        return MetricRule(kind, **options)

    def get_config(self) -> Config:
        return {**super().get_config(), "fn": self._fn, **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a metric from what ``get_config`` returned, or a file keeps of it."""
        if isinstance(config.get("fn"), dict):
            from fastdense import metrics  # which imports this file

            fn = registry.get(config["fn"], metrics.FUNCTIONS, "metric function")
            config = {**config, "fn": fn}
        return cls(**config)


class NamedMetric(MeanMetricWrapper):
    """What fastdense's own means have in common: the options are attributes, and the config."""

    def __init__(self, fn: Callable[..., Any], *, name: str | None, dtype: DTypeLike | None,
                 **options: Any) -> None:
        super().__init__(fn, name=name, dtype=dtype, **options)
        self.__dict__.update(options)

    def get_config(self) -> Config:
        return {**Metric.get_config(self), **self._fn_kwargs}


def compiled(kind: str) -> Callable[[T], T]:
    """Decorate a function that the engine can compute itself with its name there."""

    def attach(function):
        function.kind = kind
        return function

    return attach


_LAST = ("axis", -1)  # the only one the engine knows


def _per_sample(values, sample_weight, reduce):
    """Reduce values to one number a sample, times its weight; and the weights, one a sample.

    Axes of `values` that the weights do not have are reduced before they are multiplied, all other
    axes but the first after it, as in ``keras.metrics.Mean``.
    """
    values = np.asarray(values, dtype=np.float64)
    if sample_weight is None:
        return _samplewise(values, reduce), None
    weights = np.asarray(sample_weight, dtype=np.float64)
    values, weights = same_rank(values, weights)
    if values.ndim > weights.ndim:
        values = reduce(values, axis=tuple(range(weights.ndim, values.ndim)))
    weights = np.broadcast_to(weights, values.shape)
    return _samplewise(values * weights, reduce), _samplewise(weights, reduce)


def _samplewise(values, reduce):
    return reduce(values, axis=tuple(range(1, values.ndim))) if values.ndim > 1 else values
