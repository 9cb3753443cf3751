"""A learning rate that loses the same part of itself over every so many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import SteadyDecay

if TYPE_CHECKING:
    from fastdense._types import ScheduleStep

__all__ = ["ExponentialDecay"]


class ExponentialDecay(SteadyDecay):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Source: ``keras.optimizers.schedules.ExponentialDecay``.

    Parameters
    ----------
    initial_learning_rate : float
    decay_steps : int
        Steps after which the learning rate has been multiplied by `decay_rate` once. Positive.
    decay_rate : float
    staircase : bool, default False
        Whether the exponent is rounded down, so that the rate falls in steps.
    name : str, default "ExponentialDecay"

    Raises
    ------
    ValueError
        If `decay_steps` is not positive.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.ExponentialDecay(0.5, decay_steps=10, decay_rate=0.25)
    >>> schedule(0), schedule(5), schedule(10)
    (0.5, 0.25, 0.125)
    """

    def __init__(self, initial_learning_rate: float, decay_steps: float, decay_rate: float,
                 staircase: bool = False, name: str | None = "ExponentialDecay") -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def __call__(self, step: ScheduleStep) -> float:
        return float(self.initial_learning_rate) * self.decay_rate ** self._times(step)
