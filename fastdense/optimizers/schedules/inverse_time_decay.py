"""A learning rate that falls as one over the number of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import SteadyDecay

if TYPE_CHECKING:
    from fastdense._types import ScheduleStep

__all__ = ["InverseTimeDecay"]


class InverseTimeDecay(SteadyDecay):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Source: ``keras.optimizers.schedules.InverseTimeDecay``.

    Parameters
    ----------
    initial_learning_rate : float
    decay_steps : int
        Steps after which the divisor has grown by `decay_rate`. Positive.
    decay_rate : float
    staircase : bool, default False
        Whether ``step / decay_steps`` is rounded down, so that the rate falls in steps.
    name : str, default "InverseTimeDecay"

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.InverseTimeDecay(0.5, decay_steps=10, decay_rate=1.0)
    >>> schedule(0), schedule(10), schedule(30)
    (0.5, 0.25, 0.125)
    """

    def __init__(self, initial_learning_rate: float, decay_steps: float, decay_rate: float,
                 staircase: bool = False, name: str | None = "InverseTimeDecay") -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: ScheduleStep) -> float:
        return float(self.initial_learning_rate) / (1 + self.decay_rate * self._times(step))
