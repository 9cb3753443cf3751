"""Adadelta: steps as long as the recent steps, along the gradient over its recent size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .elementwise import ElementwiseOptimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LearningRate, Slots

__all__ = ["Adadelta"]


class Adadelta(ElementwiseOptimizer):
    """``d = g * sqrt(x + epsilon) / sqrt(a + epsilon)``, then ``w -= learning_rate * d``.

    ``a = rho * a + (1 - rho) * g ** 2`` before that, ``x = rho * x + (1 - rho) * d ** 2`` after it.
    The paper has `learning_rate` 1. Source: ``keras.optimizers.Adadelta``; Zeiler (2012), ADADELTA:
    an adaptive learning rate method, arXiv:1212.5701.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    rho : float, default 0.95
        How much of the mean squares is kept at each step.
    epsilon : float, default 1e-7
        Added to the mean squares, inside the roots.
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
    >>> optimizers.Adadelta(1.0, rho=0.75, epsilon=0.25).apply([np.array([1.0, 0.0])], [w])
    >>> w.numpy().round(4)
    array([0.2929, 2.    ], dtype=float32)
    """

    kind = "adadelta"

    def __init__(self, learning_rate: LearningRate = 0.001, rho: float = 0.95,
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
        self.rho = rho
        self.epsilon = epsilon

    def slots(self) -> Slots:
        return {("accumulated_grad", "accumulated_delta_var"): "zeros"}

    def hyper(self) -> dict[str, float]:
        return {"rho": float(self.rho), "epsilon": float(self.epsilon)}

    def get_config(self) -> Config:
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
