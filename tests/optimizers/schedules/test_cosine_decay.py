"""CosineDecay: its ends and its arguments. Keras's numbers: test_init.py."""

import pytest

from fastdense.optimizers import schedules


def test_ends():
    schedule = schedules.CosineDecay(1.0, 10, alpha=0.25, warmup_target=2.0, warmup_steps=4)
    expected = {0: 1.0, 2: 1.5, 4: 2.0, 9: 1.25, 14: 0.5, 10**6: 0.5}
    assert {step: pytest.approx(schedule(step)) for step in expected} == expected


@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_refused(steps):
    with pytest.raises(ValueError, match="`decay_steps` must be > 0"):
        schedules.CosineDecay(0.1, steps)
