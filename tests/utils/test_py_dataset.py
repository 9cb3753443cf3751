"""PyDataset: what a subclass gets from it. How `fit` reads one: tests/training/sources."""

from itertools import islice

import pytest

from fastdense import utils


class Numbers(utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return 10 * index


class Endless(utils.PyDataset):
    num_batches = None

    def __getitem__(self, index):
        return index


def test_constructor():
    default = Numbers()
    assert (default.workers, default.use_multiprocessing, default.max_queue_size) == (1, False, 10)
    given = Numbers(workers=4, use_multiprocessing=True, max_queue_size=2)
    assert (given.workers, given.use_multiprocessing, given.max_queue_size) == (4, True, 2)
    given.workers, given.use_multiprocessing, given.max_queue_size = 2, False, 3
    assert (given.workers, given.use_multiprocessing, given.max_queue_size) == (2, False, 3)


def test_batches():
    assert Numbers().num_batches == 3 and list(Numbers(workers=2)) == [0, 10, 20]
    assert list(islice(Endless(), 4)) == [0, 1, 2, 3]


def test_hooks_are_there():
    assert Numbers().on_epoch_begin() is None and Numbers().on_epoch_end() is None


def test_sequence_is_its_older_name():
    assert utils.Sequence is utils.PyDataset


def test_without_super_init_it_warns_once():
    class Forgetful(Numbers):
        def __init__(self):
            self.mine = 1

    dataset = Forgetful()
    with pytest.warns(UserWarning, match=r"should call `super\(\).__init__\(\*\*kwargs\)`"):
        assert dataset.workers == 1
    assert dataset.workers == 1 and dataset.max_queue_size == 10  # warnings are errors here


def test_what_must_be_defined():
    with pytest.raises(NotImplementedError, match=r"PyDataset must override `__getitem__"):
        utils.PyDataset()[0]
    with pytest.raises(NotImplementedError, match="need to implement the `num_batches` property"):
        _ = utils.PyDataset().num_batches
