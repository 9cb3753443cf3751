"""AdamW: Adam with weight decay that does not pass through the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .adam import Adam

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import LearningRate

__all__ = ["AdamW"]


class AdamW(Adam):
    """``w -= learning_rate * weight_decay * w``, then a step of :class:`Adam`.

    Source: ``keras.optimizers.AdamW``; Loshchilov and Hutter (2017), Decoupled weight decay
    regularization, arXiv:1711.05101.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    weight_decay : float, default 0.004
    beta_1, beta_2, epsilon, amsgrad
        As for :class:`Adam`.
    clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, \
loss_scale_factor, gradient_accumulation_steps, name
        As for :class:`Optimizer`.

    Raises
    ------
    ValueError
        If `weight_decay` is None or an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import Variable, optimizers
    >>> w = Variable([1.0, 2.0])
    >>> optimizers.AdamW(0.5, weight_decay=0.1).apply([np.array([1.0, 0.0])], [w])
    >>> w.numpy().round(4)
    array([0.45, 1.9 ], dtype=float32)
    """

    def __init__(self, learning_rate: LearningRate = 0.001, weight_decay: float | None = 0.004,
                 beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7,
                 amsgrad: bool = False, clipnorm: float | None = None,
                 clipvalue: float | None = None, global_clipnorm: float | None = None,
                 use_ema: bool = False, ema_momentum: float = 0.99,
                 ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        if weight_decay is None:
            raise ValueError(
                "Argument `weight_decay` must be a float. Received: weight_decay=None. Use Adam "
                "for training without weight decay."
            )
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm,
                         clipvalue, global_clipnorm, use_ema, ema_momentum,
                         ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
                         name, **kwargs)
