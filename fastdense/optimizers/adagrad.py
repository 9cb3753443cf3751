"""Adagrad: each weight's gradient divided by the root of the sum of all its squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import initializers

from .elementwise import ElementwiseOptimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LearningRate, Slots

__all__ = ["Adagrad"]


class Adagrad(ElementwiseOptimizer):
    """``a += g ** 2``, then ``w -= learning_rate * g / sqrt(a + epsilon)``.

    Source: ``keras.optimizers.Adagrad``; Duchi, Hazan and Singer (2011), Adaptive subgradient
    methods, JMLR 12.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    initial_accumulator_value : float, default 0.1
        What `a` starts at.
    epsilon : float, default 1e-7
        Added inside the root.
    weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, \
ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name
        As for :class:`Optimizer`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import Variable, optimizers
    >>> w = Variable([1.0])
    >>> optimizers.Adagrad(0.5, initial_accumulator_value=0.0).apply([np.array([4.0])], [w])
    >>> w.numpy()
    array([0.5], dtype=float32)
    """

    kind = "adagrad"

    def __init__(self, learning_rate: LearningRate = 0.001, initial_accumulator_value: float = 0.1,
                 epsilon: float = 1e-7, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def slots(self) -> Slots:
        return {"accumulator": initializers.Constant(self.initial_accumulator_value)}

    def hyper(self) -> dict[str, float]:
        return {"epsilon": float(self.epsilon)}

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
