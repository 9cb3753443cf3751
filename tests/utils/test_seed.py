"""One seed for Python, NumPy and the library."""

import random

import numpy as np
import pytest

import fastdense.random
from fastdense.utils import set_random_seed


def draws():
    return random.random(), np.random.rand(), fastdense.random.draw_seed()


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, np.int64(7), np.uint8(7)])
def test_same_seed_same_draws(seed):
    set_random_seed(seed)
    first = draws()
    after = draws()
    set_random_seed(int(seed))
    assert draws() == first
    assert all(a != b for a, b in zip(first, after, strict=True))


def test_other_seed_other_draws():
    set_random_seed(1)
    first = draws()
    set_random_seed(2)
    assert all(a != b for a, b in zip(first, draws(), strict=True))


@pytest.mark.parametrize(("seed", "message"), [
    (1.5, "Expected `seed` argument to be an integer"),
    ("3", "Expected `seed` argument to be an integer"),
    (None, "Expected `seed` argument to be an integer"),
    (-1, r"between 0 and 2\*\*32 - 1. Received: seed=-1"),
    (2**32, r"between 0 and 2\*\*32 - 1"),
])
def test_bad_seed_changes_nothing(seed, message):
    set_random_seed(5)
    first = draws()
    set_random_seed(5)
    with pytest.raises(ValueError, match=message):
        set_random_seed(seed)
    assert draws() == first
