"""Losses made of functions, the form in which all of fastdense's own are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense.kernels.rules import LossRule
from fastdense.utils.arrays import same_rank

from .base import Loss

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import DTypeLike
    from typing_extensions import Self

    from fastdense._types import Array, Config, T

__all__ = ["LossFunctionWrapper", "NamedLoss", "differentiable"]


class LossFunctionWrapper(Loss):
    """A loss made of a function ``fn(y_true, y_pred, **kwargs)`` that returns one number a sample.

    Parameters
    ----------
    fn : callable
        To be trained with it needs an attribute ``gradient``, a function of the same arguments
        that returns the derivative by `y_pred`, or to be one of :mod:`fastdense.losses`.
    reduction, name, dtype
        As for :class:`Loss`.
    **kwargs
        Passed to `fn`.

    Examples
    --------
    >>> from fastdense import losses
    >>> loss = losses.LossFunctionWrapper(losses.mean_squared_error, name="mse")
    >>> loss([[0.0]], [[3.0]])
    np.float32(9.0)
    """

    def __init__(self, fn: Callable[..., Any], reduction: str | None = "sum_over_batch_size",
                 name: str | None = None, dtype: DTypeLike | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn: Any = fn
        self.axis = kwargs.get("axis", -1)
        self._fn_kwargs = kwargs

    def call(self, y_true: Array, y_pred: Array) -> Array:
        return self.fn(*same_rank(y_true, y_pred), **self._fn_kwargs)

    def gradient(self, y_true: Array, y_pred: Array) -> Array:
        if not hasattr(self.fn, "gradient"):
            name = getattr(self.fn, "__name__", repr(self.fn))
            raise NotImplementedError(
                f"loss: expected a function with a gradient. Received: {name}. fastdense has no "
                f"automatic differentiation: set `{name}.gradient` to a function of the same "
                "arguments that returns the derivative by y_pred, or derive from "
                "fastdense.losses.Loss."
            )
        y_pred_shape = np.shape(y_pred)
        y_true, y_pred = same_rank(y_true, y_pred)
        return self.fn.gradient(y_true, y_pred, **self._fn_kwargs).reshape(y_pred_shape)

    @property
    def rule(self) -> LossRule | None:  # type: ignore[override]
        """What the engine is to compute, or None if it cannot."""
        plain = LossFunctionWrapper
        changed = any(
            getattr(type(self), name) is not getattr(plain, name)
            for name in ("__call__", "call", "gradient", "value_and_gradient", "weights")
        )
        options = {k: v for k, v in self._fn_kwargs.items() if k != "axis" and v is not None}
        if (
            changed
            or self.axis != -1
            or getattr(self.fn, "kind", None) is None
            or self.reduction not in ("sum_over_batch_size", "mean")
            or not options.keys() <= LossRule._field_defaults.keys()
            or any(np.ndim(value) for value in options.values())
        ):
            return None
        return LossRule(self.fn.kind, **{
            name: type(LossRule._field_defaults[name])(value) for name, value in options.items()})

    def get_config(self) -> Config:
        return {**super().get_config(), "fn": self.fn, **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a loss from what ``get_config`` returned, or a file keeps of it."""
        if isinstance(config.get("fn"), dict):
            from fastdense import losses  # which imports this file

            config = {**config, "fn": losses.get(config["fn"])}
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.fn}, kwargs={self._fn_kwargs})>"


class NamedLoss(LossFunctionWrapper):
    """What fastdense's own losses have in common: the options are attributes, and the config."""

    def __init__(self, fn: Callable[..., Any], *, reduction: str | None, name: str | None,
                 dtype: DTypeLike | None, **options: Any) -> None:
        super().__init__(fn, reduction=reduction, name=name, dtype=dtype, **options)
        self.__dict__.update(options)

    def get_config(self) -> Config:
        return {**Loss.get_config(self), **self._fn_kwargs}


def differentiable(kind: str | None, gradient: Callable[..., Any]) -> Callable[[T], T]:
    """Decorate a loss function with its gradient and the engine's name for it."""

    def attach(function):
        function.kind = kind
        function.gradient = gradient
        return function

    return attach
