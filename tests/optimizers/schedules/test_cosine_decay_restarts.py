"""CosineDecayRestarts: where its cycles begin, and its arguments. Keras's numbers: test_init.py."""

import pytest

from fastdense.optimizers import schedules


@pytest.mark.parametrize("t_mul", [1.0, 1.5, 2.0, 3.0, 10.0])
@pytest.mark.parametrize("first", [8, 1000])
def test_every_cycle_begins_at_its_top(t_mul, first):
    schedule = schedules.CosineDecayRestarts(1.0, first, t_mul, m_mul=0.5)
    start, length = 0.0, float(first)
    for cycle in range(12):
        assert schedule(start) == pytest.approx(0.5**cycle, rel=1e-9)
        assert schedule(start + length / 2) == pytest.approx(0.5**cycle / 2, rel=1e-9)
        start, length = start + length, length * t_mul


def test_shorter_and_shorter_cycles_end():
    schedule = schedules.CosineDecayRestarts(1.0, 10, t_mul=0.5, alpha=0.25)
    assert [schedule(step) for step in (0, 10, 15)] == pytest.approx([1.0] * 3)
    assert [schedule(step) for step in (20, 10**6)] == pytest.approx([0.25] * 2)


@pytest.mark.parametrize(("arguments", "message"), [
    ((0.1, 0), "`first_decay_steps` must be > 0"), ((0.1, -1), "`first_decay_steps` must be > 0"),
    ((0.1, 5, 0.0), "`t_mul` must be > 0"),
])
def test_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        schedules.CosineDecayRestarts(*arguments)
