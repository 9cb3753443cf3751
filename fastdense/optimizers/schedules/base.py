"""What every schedule is: a function of the number of steps done that can be saved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from fastdense._types import Config, ScheduleStep

__all__ = ["LearningRateSchedule", "SteadyDecay", "check_positive"]


class LearningRateSchedule:
    """Base class: a subclass defines ``__call__(step)`` and, to be saved, `get_config`.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> class Warmup(optimizers.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.01 * min(1.0, (step + 1) / 100)
    >>> round(optimizers.SGD(Warmup()).learning_rate, 6)
    0.0001
    """

    def __call__(self, step: ScheduleStep) -> float:
        """Return the learning rate of the step after `step` others, a float."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in "
            "order to be serializable."
        )

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a schedule from what :meth:`get_config` returned."""
        return cls(**config)


class SteadyDecay(LearningRateSchedule):
    """What the decays by a rate every so many steps share; a subclass says how they fall."""

    def __init__(self, initial_learning_rate: float, decay_steps: float, decay_rate: float,
                 staircase: bool, name: str | None) -> None:
        check_positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def _times(self, step):
        """How often the rate has fallen: a fraction, rounded down for a staircase."""
        times = float(step) / self.decay_steps
        return math.floor(times) if self.staircase else times

    def get_config(self) -> Config:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


def check_positive(schedule, argument, steps):
    """Refuse a number of steps that is not positive."""
    if steps <= 0:
        raise ValueError(
            f"{type(schedule).__name__}: Argument `{argument}` must be > 0. Received: "
            f"{argument}={steps}"
        )
