"""A learning rate that is one number for some steps, then another."""

from __future__ import annotations

import bisect
import itertools
from typing import TYPE_CHECKING

from .base import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastdense._types import Config, ScheduleStep

__all__ = ["PiecewiseConstantDecay"]


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[i]`` from the step after ``boundaries[i - 1]`` to step ``boundaries[i]``.

    Source: ``keras.optimizers.schedules.PiecewiseConstantDecay``.

    Parameters
    ----------
    boundaries : list of int
        Growing.
    values : list of float
        One more than boundaries.
    name : str, default "PiecewiseConstant"

    Raises
    ------
    ValueError
        If the lengths do not fit or the boundaries do not grow.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> schedule = optimizers.schedules.PiecewiseConstantDecay([100, 110], [1.0, 0.5, 0.1])
    >>> schedule(0), schedule(100), schedule(101), schedule(500)
    (1.0, 1.0, 0.5, 0.1)
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float],
                 name: str | None = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. Received: "
                f"boundaries={boundaries} of length {len(boundaries)}, and values={values} of "
                f"length {len(values)}."
            )
        if any(after < before for before, after in itertools.pairwise(boundaries)):
            raise ValueError(
                f"PiecewiseConstantDecay: expected growing boundaries. Received: {boundaries}."
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: ScheduleStep) -> float:
        return float(self.values[bisect.bisect_left(self.boundaries, float(step))])

    def get_config(self) -> Config:
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
