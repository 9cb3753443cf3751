"""What every schedule is: a function of the number of steps done that can be saved."""

from __future__ import annotations

__all__ = ["LearningRateSchedule", "check_positive"]


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


def check_positive(schedule, argument, steps):
    """Refuse a number of steps that is not positive."""
    if steps <= 0:
        raise ValueError(
            f"{type(schedule).__name__}: Argument `{argument}` must be > 0. Received: "
            f"{argument}={steps}"
        )
