"""Lion: steps of one size, in the direction that a running mean of the gradient points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .elementwise import ElementwiseOptimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LearningRate, Slots

__all__ = ["Lion"]


class Lion(ElementwiseOptimizer):
    """``w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)``.

    After that ``m = beta_2 * m + (1 - beta_2) * g``. All steps have one size: the learning rate has
    to be some three to ten times smaller than with Adam. Source: ``keras.optimizers.Lion``; Chen et
    al. (2023), Symbolic discovery of optimization algorithms, arXiv:2302.06675.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    beta_1 : float, default 0.9
        Part of the mean in the direction of a step; greater than 0, at most 1.
    beta_2 : float, default 0.99
        How much of the mean is kept at each step.
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
    >>> w = Variable([1.0, 2.0, 3.0])
    >>> optimizers.Lion(0.5).apply([np.array([10.0, -0.1, 0.0])], [w])
    >>> w.numpy()
    array([0.5, 2.5, 3. ], dtype=float32)
    """

    kind = "lion"

    def __init__(self, learning_rate: LearningRate = 0.001, beta_1: float = 0.9,
                 beta_2: float = 0.99, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        if not 0 < beta_1 <= 1:
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range and not 0: then only the last "
                f"gradient would count. Received: beta_1={beta_1}."
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def slots(self) -> Slots:
        return {"momentum": "zeros"}

    def hyper(self) -> dict[str, float]:
        return {"beta_1": float(self.beta_1), "beta_2": float(self.beta_2)}

    def get_config(self) -> Config:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
