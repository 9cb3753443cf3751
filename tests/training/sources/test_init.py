"""Which source is opened for what users pass."""

import numpy as np
import pytest

from fastdense import utils
from fastdense.training.samples import Inputs
from fastdense.training.sources import is_stream, open_feed
from fastdense.training.sources.arrays import Arrays
from fastdense.training.sources.dataset import Dataset
from fastdense.training.sources.stream import Stream

X = np.zeros((10, 2))


class Set(utils.PyDataset):
    n = 3
    num_batches = property(lambda self: self.n)

    def __getitem__(self, index):
        return X, X


class Endless(Set):
    n = None


class Loader:
    def __iter__(self):
        return iter([(X, X)] * 3)


class Sparse(Loader):
    shape = (10, 2)


def read(x, y, sample_weight):
    return Inputs(np.asarray(x))


@pytest.mark.parametrize(("x", "expected"), [
    (X, False), (np.float32(1), False), ([X], False), ((X,), False), ("text", False),
    ({"x": X}, False), ({1}, False), (None, False), (3, False), (b"x", False), (range(3), True),
    (Sparse(), False), ((x for x in X), True), (iter([X]), True), (Set(), True), (Endless(), True),
    (Loader(), True)])
def test_is_stream(x, expected):
    assert is_stream(x) is expected


@pytest.mark.parametrize(("x", "kind"), [
    (X, Arrays), (Set(), Dataset), (Endless(), Dataset), (Loader(), Stream), (iter([X]), Stream)])
def test_kinds(x, kind):
    feed = open_feed(read, x)
    assert type(feed.source) is kind
    assert feed.n_batches == {Arrays: 1, Dataset: getattr(x, "n", 0)}.get(kind)


@pytest.mark.parametrize(("given", "batch_size", "n_batches"), [
    ({}, 10, 1), ({"batch_size": 4}, 4, 3), ({"steps": 4}, 3, 4),
    ({"batch_size": 4, "steps": 2}, 4, 2), ({"steps": 10}, 1, 10)])
def test_batch_size(given, batch_size, n_batches):
    feed = open_feed(read, X, **given)
    assert (feed.source.batch_size, feed.n_batches) == (batch_size, n_batches)


def test_a_batch_is_32():
    assert open_feed(read, np.zeros((100, 1))).source.batch_size == 32


@pytest.mark.parametrize(("x", "kind"), [
    (iter([X]), "list_iterator"), ((x for x in [X]), "generator"), (Loader(), "Loader"),
    (Endless(), "infinite PyDataset")])
def test_who_cannot_be_shuffled(x, kind):
    with pytest.warns(UserWarning, match=r"`shuffle=True` was passed, but will be ignored since "
                                         f"the data `x` was provided as a {kind}"):
        open_feed(read, x, shuffle=True)


def test_who_can():
    assert open_feed(read, Set(), shuffle=True).source.shuffle
    assert open_feed(read, X, shuffle=True).source.shuffle


@pytest.mark.parametrize(("x", "kind"), [((x for x in [X]), "generator"), (Set(), "PyDataset")])
@pytest.mark.parametrize("name", ["y", "sample_weight"])
def test_all_is_in_the_batches(x, kind, name):
    with pytest.raises(ValueError, match=rf"When providing `x` as a {kind}, `{name}s?` should not "
                                         rf"be passed. Instead, the .* part of the {kind}"):
        open_feed(read, x, **{name: X})
