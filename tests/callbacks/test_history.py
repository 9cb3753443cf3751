"""The record of the epochs."""

from types import SimpleNamespace

import pytest

from fastdense.callbacks import History


def test_record():
    history, model = History(), SimpleNamespace(history=None)
    history.set_model(model)
    history.on_train_begin()
    history.on_epoch_end(2, {"loss": 0.5})
    history.on_epoch_end(3, {"loss": 0.25, "val_loss": 0.75})
    history.on_epoch_end(4)
    assert history.epoch == [2, 3, 4]
    assert history.history == {"loss": [0.5, 0.25], "val_loss": [0.75]}
    assert model.history is history


def test_without_a_model():
    history = History()
    assert history.history == {} and history.epoch == []
    history.on_epoch_end(0, {"loss": 0.5})
    assert history.history == {"loss": [0.5]}


def test_a_second_run_starts_the_epochs_again():
    history = History()
    for _ in range(2):
        history.on_train_begin()
        history.on_epoch_end(0, {"loss": 0.5})
    assert history.epoch == [0]
    assert history.history == {"loss": [0.5, 0.5]}


def test_two_histories_share_nothing():
    one, two = History(), History()
    one.on_epoch_end(0, {"loss": 0.5})
    assert two.history == {} and two.epoch == []


def test_state():
    history, other = History(), History()
    history.on_epoch_end(0, {"loss": 0.5})
    other.set_state(history.get_state())
    other.on_epoch_end(1, {"loss": 0.25})
    assert (history.epoch, history.history) == ([0], {"loss": [0.5]})
    assert (other.epoch, other.history) == ([0, 1], {"loss": [0.5, 0.25]})
    for state in ({"history": [], "epoch": []}, {"history": {"loss": {}}, "epoch": []},
                  {"history": {}, "epoch": 3}):
        with pytest.raises(ValueError, match="not a list for each name"):
            other.set_state(state)
