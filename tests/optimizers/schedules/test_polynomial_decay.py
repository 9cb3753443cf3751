"""PolynomialDecay: its cycles and its arguments. Keras's numbers: test_init.py."""

import pytest

from fastdense.optimizers import schedules


def test_a_cycle_ends_with_the_end_and_the_next_starts_from_the_power():
    schedule = schedules.PolynomialDecay(1.0, 10, 0.5, power=1.0, cycle=True)
    # at step 15 the decay is over 20 steps, at step 21 over 30
    expected = {0: 1.0, 5: 0.75, 10: 0.5, 15: 0.625, 20: 0.5, 21: 0.65, 30: 0.5}
    assert {step: pytest.approx(schedule(step)) for step in expected} == expected


@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_refused(steps):
    with pytest.raises(ValueError, match="`decay_steps` must be > 0"):
        schedules.PolynomialDecay(0.1, steps)
