"""RMSprop: each weight's gradient divided by the root of its recent mean square."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .elementwise import ElementwiseOptimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LearningRate, Slots

__all__ = ["RMSprop"]


class RMSprop(ElementwiseOptimizer):
    """``v = rho * v + (1 - rho) * g ** 2``, then ``w -= learning_rate * g / sqrt(v + epsilon)``.

    Centered, the root is ``sqrt(v - a ** 2 + epsilon)`` with ``a = rho * a + (1 - rho) * g``. With
    momentum ``m = momentum * m + learning_rate * g / sqrt(...)`` and ``w -= m``. Source:
    ``keras.optimizers.RMSprop``; Tieleman and Hinton (2012), Coursera lecture 6.5.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    rho : float, default 0.9
        How much of the mean square is kept at each step.
    momentum : float, default 0.0
        Zero or more.
    epsilon : float, default 1e-7
        Added to the mean square, inside the root.
    centered : bool, default False
        Whether the variance of the gradient is used instead of its mean square.
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
    >>> optimizers.RMSprop(0.5).apply([np.array([1.0, 6.0])], [w])
    >>> w.numpy().round(4)
    array([-0.5811,  0.4189], dtype=float32)
    """

    kind = "rmsprop"

    def __init__(self, learning_rate: LearningRate = 0.001, rho: float = 0.9, momentum: float = 0.0,
                 epsilon: float = 1e-7, centered: bool = False, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        if momentum < 0:
            raise ValueError(f"`momentum` must be zero or more. Received: momentum={momentum}")
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def slots(self) -> Slots:
        names = ["velocity"]
        if self.momentum:
            names.append("momentum")
        if self.centered:
            names.append("average_gradient")
        return dict.fromkeys(names, "zeros")

    def hyper(self) -> dict[str, float]:
        return {"rho": float(self.rho), "momentum": float(self.momentum),
                "epsilon": float(self.epsilon), "centered": float(self.centered)}

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
