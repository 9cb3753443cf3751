"""Learning rates that change with the number of steps done."""

from __future__ import annotations

import math

from fastdense import registry

__all__ = ["ExponentialDecay", "LearningRateSchedule", "deserialize", "serialize"]


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

    def __call__(self, step):
        """Return the learning rate of the step after `step` others, a float."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self):
        """Return the constructor's arguments as a dict of plain values."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in "
            "order to be serializable."
        )

    @classmethod
    def from_config(cls, config):
        """Make a schedule from what :meth:`get_config` returned."""
        return cls(**config)


class ExponentialDecay(LearningRateSchedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

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

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False,
                 name="ExponentialDecay"):
        if decay_steps <= 0:
            raise ValueError(
                "ExponentialDecay: Argument `decay_steps` must be > 0. "
                f"Received: decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step):
        exponent = float(step) / self.decay_steps
        if self.staircase:
            exponent = math.floor(exponent)
        return float(self.initial_learning_rate) * self.decay_rate**exponent

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


_KNOWN = registry.catalogue(ExponentialDecay)


def serialize(learning_rate_schedule):
    """Describe a schedule by a dict that :func:`deserialize` reads."""
    return registry.serialize(learning_rate_schedule, "optimizers.schedules")


def deserialize(config, custom_objects=None):
    """Return the schedule that a dict of :func:`serialize` describes."""
    return registry.get(config, _KNOWN, "schedule", custom_objects=custom_objects)
