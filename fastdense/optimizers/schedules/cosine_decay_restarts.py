"""A learning rate that falls along half a cosine, again and again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .base import LearningRateSchedule, check_positive

if TYPE_CHECKING:
    from fastdense._types import Config, ScheduleStep

__all__ = ["CosineDecayRestarts"]


class CosineDecayRestarts(LearningRateSchedule):
    """``rate * ((1 - alpha) * m_mul ** i * (1 + cos(pi * done)) / 2 + alpha)``.

    Cycle i, from 0, takes ``first_decay_steps * t_mul ** i`` steps, of which `done` is the part
    that is over. Source: ``keras.optimizers.schedules.CosineDecayRestarts``; Loshchilov and Hutter
    (2016), SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983.

    Parameters
    ----------
    initial_learning_rate : float
        `rate`.
    first_decay_steps : int
        Positive.
    t_mul : float, default 2.0
        How much longer each cycle is than the one before. Below 1 the cycles end after
        ``first_decay_steps / (1 - t_mul)`` steps, and `alpha` is left.
    m_mul : float, default 1.0
        How much higher each cycle starts.
    alpha : float, default 0.0
        Part of the learning rate that is left at the end of a cycle.
    name : str, default "SGDRDecay"

    Raises
    ------
    ValueError
        If `first_decay_steps` or `t_mul` is not positive.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.CosineDecayRestarts(0.5, 10, m_mul=0.5)
    >>> [round(schedule(step), 6) for step in (0, 5, 10, 20, 30)]
    [0.5, 0.25, 0.25, 0.125, 0.125]
    """

    def __init__(self, initial_learning_rate: float, first_decay_steps: float, t_mul: float = 2.0,
                 m_mul: float = 1.0, alpha: float = 0.0, name: str | None = "SGDRDecay") -> None:
        check_positive(self, "first_decay_steps", first_decay_steps)
        check_positive(self, "t_mul", t_mul)
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: ScheduleStep) -> float:
        cycle, done = self._cycle(float(step) / self.first_decay_steps)
        decayed = 0.5 * self.m_mul**cycle * (1 + math.cos(math.pi * done))
        return float(self.initial_learning_rate) * ((1 - self.alpha) * decayed + self.alpha)

    def _cycle(self, times):
        """Number of the cycle after `times` first cycles, and the part of it that is done."""
        ratio = self.t_mul
        if ratio == 1:
            return divmod(times, 1.0)
        left = 1 - times * (1 - ratio)  # ratio ** cycle, where a cycle begins
        if left <= 0:
            return 0, 1.0  # no cycle is left: the end of any
        # The logarithm of an exact power may come out below the whole number it is.
        cycle = math.floor(math.log(left) / math.log(ratio) + 1e-9)
        start = (1 - ratio**cycle) / (1 - ratio)
        return cycle, (times - start) / ratio**cycle

    def get_config(self) -> Config:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
