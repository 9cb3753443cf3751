"""A learning rate that falls to another along a line or a power of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .base import LearningRateSchedule, check_positive

if TYPE_CHECKING:
    from fastdense._types import Config, ScheduleStep

__all__ = ["PolynomialDecay"]


class PolynomialDecay(LearningRateSchedule):
    """``end + (initial - end) * (1 - step / decay_steps) ** power``, then ``end``.

    With `cycle` the rate starts anew from where the power has it, over twice the steps, three
    times, ...: `decay_steps` is then the first multiple of it that is at least `step`. Source:
    ``keras.optimizers.schedules.PolynomialDecay``.

    Parameters
    ----------
    initial_learning_rate : float
    decay_steps : int
        Positive.
    end_learning_rate : float, default 0.0001
    power : float, default 1.0
        1 is a line.
    cycle : bool, default False
    name : str, default "PolynomialDecay"

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.PolynomialDecay(0.75, 100, end_learning_rate=0.25)
    >>> schedule(0), schedule(50), schedule(100), schedule(1000)
    (0.75, 0.5, 0.25, 0.25)
    """

    def __init__(self, initial_learning_rate: float, decay_steps: float,
                 end_learning_rate: float = 0.0001, power: float = 1.0, cycle: bool = False,
                 name: str | None = "PolynomialDecay") -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: ScheduleStep) -> float:
        times = float(step) / self.decay_steps
        # how much of the steps is done: of the cycle's, or of all
        done = times / max(1, math.ceil(times)) if self.cycle else min(times, 1.0)
        end = float(self.end_learning_rate)
        return (self.initial_learning_rate - end) * (1 - done) ** self.power + end

    def get_config(self) -> Config:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
