"""Gradient descent, with or without momentum."""

from __future__ import annotations

import numbers

from .elementwise import ElementwiseOptimizer

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

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, weight_decay=None,
                 clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False,
                 ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **kwargs):
        super().__init__(learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm,
                         use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                         gradient_accumulation_steps, name, **kwargs)
        if not isinstance(momentum, numbers.Real) or not 0 <= momentum <= 1:
            raise ValueError(
                f"`momentum` must be a float between [0, 1]. Received: momentum={momentum}"
            )
        self.momentum = momentum
        self.nesterov = nesterov

    def slots(self):
        return {"momentum": "zeros"} if self.momentum else {}

    def hyper(self):
        return {"momentum": float(self.momentum), "nesterov": float(self.nesterov)}

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
