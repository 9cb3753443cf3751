import numpy as np
import pytest

from fastdense.callbacks import Callback
from fastdense.callbacks.snapshot import Snapshot


class Watcher(Callback):
    def __init__(self, patience=3):
        self.patience = patience
        self.best, self.seen, self.file = np.inf, [], open
        self.weights = None


def test_what_has_changed_is_the_state():
    callback = Watcher()
    callback.model_of_mine = object()
    snapshot = Snapshot([callback])
    callback.best, callback.weights = 0.5, [np.ones(2), np.zeros(1)]
    callback.seen.append(1)
    state = snapshot.take()
    assert list(state) == ["Watcher_0"] and set(state["Watcher_0"]) == {"best", "weights", "seen"}
    again = Watcher(patience=9)
    restored = Snapshot([again])
    restored.restore(state)
    assert (again.best, again.seen, again.patience) == (0.5, [1], 9)
    np.testing.assert_array_equal(again.weights[0], np.ones(2))


def test_changed_back_is_not_changed():
    callback = Watcher()
    snapshot = Snapshot([callback])
    callback.seen.append(1)
    callback.seen.pop()
    callback.patience = 3
    assert snapshot.take() == {"Watcher_0": {}}


@pytest.mark.parametrize("before", [True, 1.0, np.float64(1), "1", [1], (1,), {"a": 1}, np.ones(1)])
def test_types_are_told_apart(before):
    callback = Watcher()
    callback.value = before
    snapshot = Snapshot([callback])
    assert snapshot.take()["Watcher_0"] == {}
    callback.value = 1
    assert snapshot.take()["Watcher_0"] == {"value": 1}


@pytest.mark.parametrize("value", [object(), open, np.ones(1, object), np.array("x"), {1: 2},
                                   [object()], {"a": {"b": open}}, 1j])
def test_what_is_not_plain_is_left_alone(value):
    callback = Watcher()
    snapshot = Snapshot([callback])
    callback.value = value
    assert snapshot.take()["Watcher_0"] == {}


def test_hooks_of_its_own():
    class Own(Callback):
        count = 0

        def get_state(self):
            return {"n": self.count}

        def set_state(self, state):
            self.count = state["n"]

    callback, again = Own(), Own()
    snapshot = Snapshot([callback])
    callback.count = 7
    Snapshot([again]).restore(snapshot.take())
    assert again.count == 7


def test_several_of_a_class_and_a_new_one():
    first, second, new = Watcher(), Watcher(), Watcher()
    snapshot = Snapshot([first, second])
    first.best, second.best = 1.0, 2.0
    others = [Watcher(), Watcher(), new]
    Snapshot(others).restore(snapshot.take())
    assert [callback.best for callback in others] == [1.0, 2.0, np.inf]


@pytest.mark.parametrize("state", [
    {"on_epoch_end": 3}, {"patience": "4"}, {"seen": 1}, {"seen": {}}, {"best": []}])
def test_what_cannot_be_a_state(state):
    with pytest.raises(ValueError, match=r"Watcher.* cannot be"):
        Snapshot([Watcher()]).restore({"Watcher_0": state})
