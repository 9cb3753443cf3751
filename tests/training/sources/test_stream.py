"""Generators and other iterables: what starts anew, what goes on, what is read when."""

import numpy as np
import pytest

from fastdense.training.samples import Inputs
from fastdense.training.sources.stream import Stream

BATCHES = [(np.full(i + 2, i),) for i in range(4)]


def read(x, y, sample_weight):
    assert y is None and sample_weight is None
    return Inputs(x)


def taken(source, n=99):
    """The numbers of the next batches, n at most."""
    found = []
    while len(found) < n and (span := source.take(5)) is not None:
        assert (span.first, span.last, span.n_batches, span.order) == (0, span.samples.n, 1, None)
        assert span.batch_size == span.samples.n == span.samples.x[0] + 2
        found.append(int(span.samples.x[0]))
    return found


class Loader:
    """Like a torch DataLoader: iterated over again and again, with a length."""

    def __init__(self, batches=BATCHES):
        self.batches, self.opened, self.closed = batches, 0, 0

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        self.opened += 1
        try:
            yield from self.batches
        finally:
            self.closed += 1


class Endless(Loader):
    def __len__(self):
        raise TypeError("it has none")


def test_a_loader_starts_anew():
    loader = Loader()
    source = Stream(loader, read)
    assert source.n_batches == 4
    for _ in range(2):
        source.restart()
        assert taken(source) == [0, 1, 2, 3]
    source.restart()
    assert taken(source, 2) == [0, 1]
    source.close()
    assert loader.opened == loader.closed == 3


def test_a_batch_read_ahead_is_the_first_of_the_pass():
    loader = Loader()
    source = Stream(loader, read)
    assert source.first().x[0] == 0
    source.restart()
    assert loader.opened == 1
    assert taken(source) == [0, 1, 2, 3]


def test_a_generator_goes_on():
    generator = (batch for batch in BATCHES)
    source = Stream(generator, read)
    assert source.n_batches is None and source.first().n == 2
    source.restart()
    assert taken(source, 2) == [0, 1]
    source.restart()
    assert taken(source, 1) == [2]
    source.close()
    assert int(next(generator)[0][0]) == 3  # the user's own is not closed


def test_no_length():
    assert Stream(Endless(), read).n_batches is None


@pytest.mark.parametrize("empty", [Loader([]), iter(()), (i for i in ())])
def test_empty(empty):
    with pytest.raises(ValueError, match=r"must yield at least one batch. Received: an empty"):
        Stream(empty, read).first()


@pytest.mark.parametrize("batch", [np.zeros(2), [np.zeros(2)], (np.zeros(2), None, None)])
def test_forms_of_a_batch(batch):
    source = Stream([batch], read)
    source.restart()
    assert source.take(1).samples.n == 2


@pytest.mark.parametrize("batch", [3, "text", {"x": np.zeros(2)}, None, object()])
def test_what_is_no_batch(batch):
    source = Stream(iter([batch]), read)
    with pytest.raises(ValueError, match=r"The generator must return a tuple, either \(input,\)"):
        source.first()


@pytest.mark.parametrize("peeked", [False, True])
@pytest.mark.parametrize("n", [0, 1, 3])
def test_resume(n, peeked):
    source, other = Stream(Loader(), read), Stream(Loader(), read)
    source.restart()
    taken(source, n)
    if peeked:
        other.first()
    other.resume(source.position())
    assert other.position() == {"next": n}
    assert taken(other) == taken(source) == [0, 1, 2, 3][n:]
