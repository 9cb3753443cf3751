"""PyDatasets: order, threads, hooks."""

import threading
import time

import numpy as np
import pytest

from fastdense import random, utils
from fastdense.training.samples import Inputs
from fastdense.training.sources.dataset import Dataset


class Numbers(utils.PyDataset):
    def __init__(self, n=9, **kwargs):
        super().__init__(**kwargs)
        self.n, self.made, self.hooks, self.threads = n, [], [], set()

    num_batches = property(lambda self: self.n)

    def __getitem__(self, index):
        self.threads.add(threading.current_thread())
        time.sleep(0.001 * (index % 3 == 0))  # some are late
        self.made.append(index)
        return (np.array([index]),)

    def on_epoch_begin(self):
        self.hooks.append("begin")

    def on_epoch_end(self):
        self.hooks.append("end")


def read(x, y, sample_weight):
    return Inputs(x)


def taken(source, n=99):
    found = []
    while len(found) < n and (span := source.take(5)) is not None:
        assert span.n_batches == 1
        found.append(int(span.samples.x[0]))
    return found


@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_batches_come_in_order(workers):
    dataset = Numbers(workers=workers)
    source = Dataset(dataset, read)
    assert source.n_batches == 9
    for _ in range(2):
        source.restart()
        assert taken(source) == list(range(9))
    assert sorted(dataset.made) == sorted(2 * list(range(9)))
    mine = {threading.current_thread()}
    assert (dataset.threads == mine) if workers < 2 else not dataset.threads & mine


@pytest.mark.parametrize(("workers", "queue", "ahead"), [(2, 4, 4), (3, 1, 3), (1, 9, 1)])
def test_no_more_are_made_ahead_than_the_queue_holds(workers, queue, ahead):
    dataset = Numbers(100, workers=workers, max_queue_size=queue)
    source = Dataset(dataset, read)
    source.restart()
    assert taken(source, 1) == [0]
    source.close()  # waits for those under way
    assert 1 <= len(dataset.made) <= ahead
    assert not [t for t in dataset.threads - {threading.current_thread()} if t.is_alive()]


def test_shuffled_batches():
    random.set_seed(2)
    orders = [random.generator().permutation(9).tolist() for _ in range(2)]
    random.set_seed(2)
    source = Dataset(Numbers(workers=2), read, shuffle=True)
    for order in orders:
        source.restart()
        assert taken(source) == order


@pytest.mark.parametrize("workers", [1, 3])
def test_endless(workers):
    dataset = Numbers(None, workers=workers)
    source = Dataset(dataset, read)
    assert source.n_batches is None
    source.restart()
    assert taken(source, 25) == list(range(25))
    source.close()


def test_the_length_may_change():
    dataset = Numbers(2)
    source = Dataset(dataset, read)
    source.restart()
    assert taken(source) == [0, 1]
    dataset.n = 3
    source.restart()
    assert taken(source) == [0, 1, 2] and source.n_batches == 3


def test_hooks():
    dataset = Numbers()
    source = Dataset(dataset, read)
    source.first()
    source.begin_epoch()
    source.end_epoch()
    assert dataset.hooks == ["begin", "end"] and dataset.made == [0]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_batch_comes_out(workers):
    class Broken(Numbers):
        def __getitem__(self, index):
            if index == 4:
                raise OSError("no such file")
            return super().__getitem__(index)

    source = Dataset(Broken(workers=workers), read)
    source.restart()
    assert taken(source, 4) == [0, 1, 2, 3]
    with pytest.raises(OSError, match="no such file"):
        source.take(1)


def test_empty_and_wrong():
    with pytest.raises(ValueError, match=r"at least one batch. Received: Numbers of length 0"):
        Dataset(Numbers(0), read).first()

    class Wrong(Numbers):
        def __getitem__(self, index):
            return {"x": 3}

    with pytest.raises(ValueError, match=r"PyDataset.__getitem__\(\) must return a tuple"):
        Dataset(Wrong(), read).first()


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n", [0, 4])
def test_resume(n, workers, shuffle):
    source = Dataset(Numbers(workers=workers), read, shuffle)
    source.restart()
    taken(source, n)
    position = source.position()
    rest = taken(source)
    random.set_seed(8)
    dataset = Numbers(workers=workers)
    other = Dataset(dataset, read, shuffle)
    other.resume(position)
    assert other.position() == position
    assert taken(other) == rest and len(dataset.made) == 9 - n  # none is made twice
