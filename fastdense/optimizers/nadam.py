"""Nadam: Adam that looks one step ahead, with Nesterov's momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense.kernels.rules import Factors
from fastdense.utils.held import held_back
from fastdense.variable import Variable

from .elementwise import ElementwiseOptimizer, powers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from fastdense._types import Array, Config, LearningRate, Slots

__all__ = ["Nadam"]


class Nadam(ElementwiseOptimizer):
    """Adam's running means `m` and `v`, and a step along a mix of `m` and the gradient.

    With ``u(t) = beta_1 * (1 - 0.96 ** t / 2)`` and ``U(t) = u(1) * ... * u(t)``, step t is
    ``w -= learning_rate * n / (sqrt(v / (1 - beta_2 ** t)) + epsilon)``, where
    ``n = u(t + 1) * m / (1 - U(t + 1)) + (1 - u(t)) * g / (1 - U(t))``. Source:
    ``keras.optimizers.Nadam``; Dozat (2016), Incorporating Nesterov momentum into Adam, ICLR
    workshop.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable, default 0.001
    beta_1 : float, default 0.9
        How much of the mean of the gradient is kept at each step.
    beta_2 : float, default 0.999
        How much of the mean square is kept at each step.
    epsilon : float, default 1e-7
        Added to the root, outside of it.
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
    >>> optimizers.Nadam(0.5).apply([np.array([1.0, -6.0])], [w])
    >>> w.numpy().round(4)
    array([0.4686, 2.5314], dtype=float32)
    """

    kind = "nadam"

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
        return {("momentum", "velocity"): "zeros"}

    def build(self, variables: Iterable[Variable]) -> None:
        if self.built:
            return
        super().build(variables)
        dtype = self._trainable_variables[0].dtype if self._trainable_variables else None
        # U of the steps done: state, since Keras saves it, as the last variable
        self._u_product = Variable(1.0, dtype=dtype, trainable=False)
        self._variables.append(self._u_product)

    def hyper(self) -> dict[str, float]:
        return {"beta_1": float(self.beta_1), "beta_2": float(self.beta_2),
                "epsilon": float(self.epsilon)}

    def _u(self, steps):
        return self.beta_1 * (1 - 0.5 * powers(0.96, steps))

    def _products(self, steps):
        """U of these steps, the next ones; each is rounded, so that spans of steps do not matter.
        """
        factors = [self._u_product.value, *self._u(steps)]
        return np.multiply.accumulate(np.array(factors, self._u_product.dtype))[1:].astype(float)

    def corrected(self, learning_rates: Any, steps: Array) -> Factors:
        now, ahead = self._u(steps), self._u(steps + 1)
        product = self._products(steps)
        return Factors(
            rate=learning_rates * ahead / (1 - product * ahead),
            gradient_rate=learning_rates * (1 - now) / (1 - product),
            scale=1 / (1 - powers(self.beta_2, steps)),
        )

    def count(self, n_steps: int) -> None:
        done = int(self.iterations)
        with held_back():
            super().count(n_steps)
            updates = int(self.iterations) - done  # fewer, with gradients accumulated
            if updates:
                self._u_product.assign(self._products(1.0 + done + np.arange(updates))[-1])

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
