"""What a schedule of one's own has to define."""

import pytest

from fastdense.optimizers import schedules


def test_what_a_subclass_must_define():
    with pytest.raises(NotImplementedError, match="must override `__call__"):
        schedules.LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError, match="must override `get_config"):
        schedules.LearningRateSchedule().get_config()
