"""InverseTimeDecay: the formula and its arguments. Keras's numbers: test_init.py."""

import pytest

from fastdense.optimizers import schedules


@pytest.mark.parametrize("step", [0, 5, 10, 1000])
def test_formula(step):
    schedule = schedules.InverseTimeDecay(0.05, 10, 3.0)
    assert schedule(step) == pytest.approx(0.05 / (1 + 3.0 * step / 10), rel=1e-12)


@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_refused(steps):
    with pytest.raises(ValueError, match="`decay_steps` must be > 0"):
        schedules.InverseTimeDecay(0.1, steps, 0.5)
