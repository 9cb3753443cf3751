"""Gradient descent, with or without momentum."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

from .elementwise import ElementwiseOptimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, LearningRate, Slots

__all__ = ["SGD"]


class SGD(ElementwiseOptimizer):
    """Gradient descent: ``w -= learning_rate * g``.

    With momentum ``m = momentum * m - learning_rate * g`` and ``w += m``, and with Nesterov's
    ``w += momentum * m - learning_rate * g``. Source: ``keras.optimizers.SGD``; Sutskever et al.
    (2013), On the importance of initialization and momentum in deep learning.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.01
    momentum : float, default 0.0
        From 0 to 1.
    nesterov : bool, default False
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
    >>> optimizers.SGD(0.5).apply([np.array([1.0, 2.0])], [w])
    >>> w.numpy()
    array([0.5, 1. ], dtype=float32)
    """

    kind = "sgd"
    momentum: float
    nesterov: bool

    def __init__(self, learning_rate: LearningRate = 0.01, momentum: float = 0.0,
                 nesterov: bool = False, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        if not isinstance(momentum, numbers.Real) or not 0 <= momentum <= 1:
            raise ValueError(
                f"`momentum` must be a float between [0, 1]. Received: momentum={momentum}"
            )
        self.momentum = momentum
        self.nesterov = nesterov

    def slots(self) -> Slots:
        return {"momentum": "zeros"} if self.momentum else {}

    def hyper(self) -> dict[str, float]:
        return {"momentum": float(self.momentum), "nesterov": float(self.nesterov)}

    def get_config(self) -> Config:
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
