"""A learning rate that falls along half a cosine, perhaps after a warm-up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .base import LearningRateSchedule, check_positive

if TYPE_CHECKING:
    from fastdense._types import Config, ScheduleStep

__all__ = ["CosineDecay"]


class CosineDecay(LearningRateSchedule):
    """``rate * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha)``.

    `rate` is `initial_learning_rate`, and from step `decay_steps` on the result is `alpha` of it.
    With `warmup_target`, the learning rate first grows from `initial_learning_rate` to that, along
    a line over `warmup_steps`; then it falls from there. Source:
    ``keras.optimizers.schedules.CosineDecay``; Loshchilov and Hutter (2016), SGDR: stochastic
    gradient descent with warm restarts, arXiv:1608.03983.

    Parameters
    ----------
    initial_learning_rate : float
    decay_steps : int
        Steps of the fall, after the warm-up. Positive.
    alpha : float, default 0.0
        Part of the learning rate that is left at the end.
    name : str, default "CosineDecay"
    warmup_target : float, optional
    warmup_steps : int, default 0

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.CosineDecay(0.0, 100, warmup_target=0.5, warmup_steps=10)
    >>> [round(schedule(step), 6) for step in (0, 5, 10, 60, 110, 200)]
    [0.0, 0.25, 0.5, 0.25, 0.0, 0.0]
    """

    def __init__(self, initial_learning_rate: float, decay_steps: float, alpha: float = 0.0,
                 name: str | None = "CosineDecay", warmup_target: float | None = None,
                 warmup_steps: float = 0) -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: ScheduleStep) -> float:
        step, rate = float(step), float(self.initial_learning_rate)
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return rate + (self.warmup_target - rate) * step / self.warmup_steps
            step, rate = step - self.warmup_steps, float(self.warmup_target)
        done = min(step / self.decay_steps, 1.0)
        return rate * ((1 - self.alpha) * 0.5 * (1 + math.cos(math.pi * done)) + self.alpha)

    def get_config(self) -> Config:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
