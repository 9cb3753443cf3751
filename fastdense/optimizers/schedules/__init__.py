"""Learning rates that change with the number of steps done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import registry

from .base import LearningRateSchedule
from .cosine_decay import CosineDecay
from .cosine_decay_restarts import CosineDecayRestarts
from .exponential_decay import ExponentialDecay
from .inverse_time_decay import InverseTimeDecay
from .piecewise_constant_decay import PiecewiseConstantDecay
from .polynomial_decay import PolynomialDecay

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import CustomObjects

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

_KNOWN = registry.catalogue(CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay,
                            PiecewiseConstantDecay, PolynomialDecay)


def serialize(learning_rate_schedule: Any) -> Any:
    """Describe a schedule by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense.optimizers import schedules
    >>> schedules.serialize(schedules.CosineDecay(0.1, 100))["class_name"]
    'CosineDecay'
    """
    return registry.serialize(learning_rate_schedule, "optimizers.schedules")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> LearningRateSchedule:
    """Return the schedule that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense.optimizers import schedules
    >>> config = schedules.serialize(schedules.CosineDecay(0.1, 100))
    >>> schedules.deserialize(config)(0)
    0.1
    """
    return registry.get(config, _KNOWN, "schedule", custom_objects=custom_objects)
