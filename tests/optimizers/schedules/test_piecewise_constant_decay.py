"""PiecewiseConstantDecay: its edges and its arguments. Keras's numbers: test_init.py."""

import pytest

from fastdense.optimizers import schedules


def test_a_value_holds_up_to_its_boundary():
    schedule = schedules.PiecewiseConstantDecay([2, 2.5, 5], [4.0, 3.0, 2.0, 1.0])
    assert [schedule(step) for step in range(7)] == [4.0, 4.0, 4.0, 2.0, 2.0, 2.0, 1.0]


def test_no_boundary():
    assert schedules.PiecewiseConstantDecay([], [0.5])(3) == 0.5


@pytest.mark.parametrize(("boundaries", "values", "message"), [
    ([1, 2], [0.1, 0.2], "boundaries should be 1 less than the length of values"),
    ([], [], "boundaries should be 1 less than the length of values"),
    ([5, 3], [0.1, 0.2, 0.3], r"expected growing boundaries\. Received: \[5, 3\]"),
])
def test_refused(boundaries, values, message):
    with pytest.raises(ValueError, match=message):
        schedules.PiecewiseConstantDecay(boundaries, values)
