"""Adamax: Adam with the largest recent gradient in the place of the root mean square."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.kernels.rules import Factors

from .elementwise import ElementwiseOptimizer, powers

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Array, Config, LearningRate, Slots

__all__ = ["Adamax"]


class Adamax(ElementwiseOptimizer):
    """``m += (1 - beta_1) * (g - m)``, ``u = max(beta_2 * u, abs(g))``, then the step.

    The step is, at step t, ``w -= learning_rate / (1 - beta_1 ** t) * m / (u + epsilon)``. Source:
    ``keras.optimizers.Adamax``; Kingma and Ba (2014), Adam: a method for stochastic optimization,
    arXiv:1412.6980, section 7.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    beta_1 : float, default 0.9
        How much of the mean of the gradient is kept at each step.
    beta_2 : float, default 0.999
        How much of the largest gradient is kept at each step.
    epsilon : float, default 1e-7
        Added to the largest gradient.
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
    >>> w = Variable([1.0, 2.0])
    >>> optimizers.Adamax(0.5).apply([np.array([1.0, -6.0])], [w])
    >>> w.numpy().round(4)
    array([0.5, 2.5], dtype=float32)
    """

    kind = "adamax"

    def __init__(self, learning_rate: LearningRate = 0.001, beta_1: float = 0.9,
                 beta_2: float = 0.999, epsilon: float = 1e-7, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def slots(self) -> Slots:
        return {("momentum", "norm"): "zeros"}

    def hyper(self) -> dict[str, float]:
        return {"beta_1": float(self.beta_1), "beta_2": float(self.beta_2),
                "epsilon": float(self.epsilon)}

    def corrected(self, learning_rates: Any, steps: Array) -> Factors:
        return Factors(rate=learning_rates / (1 - powers(self.beta_1, steps)))

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
