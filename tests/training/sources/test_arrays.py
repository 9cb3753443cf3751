"""Arrays as a source: spans, orders, positions."""

import numpy as np
import pytest

from fastdense import random
from fastdense.training.samples import Inputs
from fastdense.training.sources.arrays import Arrays

TEN = Inputs(np.arange(10.0))


def spans(source, count):
    found = []
    while (span := source.take(count)) is not None:
        found.append(span)
    return found


@pytest.mark.parametrize(("size", "count", "expected"), [
    (3, 1, [(0, 3, 1), (3, 6, 1), (6, 9, 1), (9, 10, 1)]),
    (3, 3, [(0, 9, 3), (9, 10, 1)]), (3, 99, [(0, 10, 4)]),
    (5, 2, [(0, 10, 2)]), (10, 1, [(0, 10, 1)]), (64, 1, [(0, 10, 1)])])
def test_spans(size, count, expected):
    source = Arrays(TEN, size)
    assert source.n_batches == -(-10 // size) and source.first() is TEN
    for _ in range(2):
        source.restart()
        found = spans(source, count)
        assert [(s.first, s.last, s.n_batches) for s in found] == expected
        assert all(s.samples is TEN and s.order is None for s in found)
        assert {s.batch_size for s in found} == {min(size, 10)}
        assert source.take(1) is None


def test_nothing():
    source = Arrays(Inputs(np.zeros((0, 2))), 8)
    source.restart()
    assert source.n_batches == 0 and source.take(1) is None


def test_shuffle():
    random.set_seed(1)
    expected = [random.generator().permutation(10) for _ in range(2)]
    random.set_seed(1)
    source = Arrays(TEN, 4, shuffle=True)
    for order in expected:
        source.restart()
        for span in spans(source, 1):
            np.testing.assert_array_equal(span.order, order)


@pytest.mark.parametrize("shuffle", [False, True])
def test_resume(shuffle):
    source, other = (Arrays(TEN, 3, shuffle) for _ in "ab")
    source.restart()
    source.take(2)
    random.set_seed(5)
    other.resume(source.position())
    assert other.position() == source.position()
    a, b = source.take(9), other.take(9)
    assert (a.first, a.last) == (b.first, b.last) == (6, 10)
    assert not shuffle or (a.order == b.order).all()
