import os

import numpy as np
import pytest
from callbacks import training

import fastdense as keras
from fastdense.saving import checkpoint

pytest.importorskip("safetensors")
N_BATCHES = 11  # of an epoch of callbacks/training.py


@pytest.fixture(scope="module")
def uninterrupted():
    return training.digest(*training.train(None, None))


class Stop(Exception):
    pass


class StopAt(keras.callbacks.Callback):
    """Raises at a moment, as a kill would: after the backup at that batch, or before its epoch."""

    runs_last = True

    def __init__(self, epoch, batch):
        self.at = epoch, batch

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        if (epoch, 0) == self.at:
            raise Stop

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch + 1) == self.at:
            raise Stop


@pytest.mark.parametrize("save_freq", ["epoch", 1, 4])
@pytest.mark.parametrize("at", [(0, 3), (1, 0), (1, 1), (1, N_BATCHES), (2, 6), (3, 10)])
def test_goes_on_to_the_bit(tmp_path, uninterrupted, save_freq, at):
    folder = str(tmp_path / "backup")
    with pytest.raises(Stop):
        training.train(folder, save_freq, [StopAt(*at)])
    assert training.digest(*training.train(folder, save_freq)) == uninterrupted
    assert not os.path.exists(folder)


def test_stopped_many_times(tmp_path, uninterrupted):
    for at in range(1, 4 * N_BATCHES, 5):
        with pytest.raises(Stop):
            training.train(str(tmp_path), 1, [StopAt(at // N_BATCHES, at % N_BATCHES)])
    assert training.digest(*training.train(str(tmp_path), 1)) == uninterrupted


def test_the_backup_changes_nothing(tmp_path, uninterrupted):
    assert training.digest(*training.train(str(tmp_path), 3)) == uninterrupted


def test_only_counting_batches_listens_to_them(tmp_path):
    def listens(save_freq):
        backup = keras.callbacks.BackupAndRestore(tmp_path, save_freq)
        return keras.callbacks.CallbackList([backup]).listens_to_train_batches

    assert listens(5) and not listens("epoch")


def test_it_comes_last(tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path)
    listed = keras.callbacks.CallbackList([backup, keras.callbacks.Callback()], add_history=True)
    assert listed.callbacks[-1] is backup
    assert [type(c).__name__ for c in backup.others] == ["Callback", "History"]


def test_a_training_that_was_told_to_stop_has_stopped(tmp_path):
    class StopEarly(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

        def on_train_end(self, logs=None):
            raise Stop

    folder = str(tmp_path)
    with pytest.raises(Stop):
        training.train(folder, "epoch", [StopEarly()])
    _, history, _ = training.train(folder, "epoch")
    assert history.epoch == [0]


# -- the files -------------------------------------------------------------------------------------


def kept(folder, **backup):
    """Train one epoch and leave the backup there."""
    return training.train(str(folder), "epoch", epochs=2, delete_checkpoint=False, **backup)


def test_delete_checkpoint(tmp_path):
    kept(tmp_path / "a" / "b")
    assert os.listdir(tmp_path / "a" / "b") == ["latest.safetensors"]
    (tmp_path / "a" / "b" / "notes.txt").write_text("mine")
    training.train(str(tmp_path / "a" / "b"), "epoch", epochs=2)
    assert os.listdir(tmp_path / "a" / "b") == ["notes.txt"]


def test_double_checkpoint(tmp_path):
    kept(tmp_path, double_checkpoint=True)
    assert sorted(os.listdir(tmp_path)) == ["latest.safetensors", "previous.safetensors"]
    (tmp_path / "latest.safetensors").write_bytes(b"torn")
    with pytest.warns(UserWarning, match="Going on from the backup before it"):
        _, history, _ = kept(tmp_path, double_checkpoint=True)
    assert history.epoch == [0, 1]


def test_a_torn_backup(tmp_path):
    kept(tmp_path)
    (tmp_path / "latest.safetensors").write_bytes(b"torn")
    with pytest.raises(ValueError, match="not a valid safetensors file"):
        kept(tmp_path)


@pytest.mark.parametrize("change", [
    lambda tree: tree.pop("run"), lambda tree: tree.pop("weights"),
    lambda tree: tree["run"].update(metrics=[]),
    lambda tree: tree["weights"].update({"layers/dense/vars/0": np.ones((2, 2))}),
])
def test_a_backup_of_something_else(tmp_path, change):
    kept(tmp_path)
    tree = checkpoint.read(tmp_path / "latest.safetensors")
    change(tree)
    checkpoint.write(tmp_path / "latest.safetensors", tree)
    with pytest.raises(ValueError, match=r"Cannot go on from the backup"):
        kept(tmp_path)


def test_too_little_memory_is_not_the_backups_fault(tmp_path, monkeypatch):
    def exhausted(self, backup):
        raise MemoryError

    kept(tmp_path)
    monkeypatch.setattr(keras.callbacks.BackupAndRestore, "_restore", exhausted)
    with pytest.raises(MemoryError):
        kept(tmp_path)


def test_litter_of_a_kill_is_swept(tmp_path):
    (tmp_path / "latest.safetensors.0123456789abcdef.tmp").write_bytes(b"half")
    kept(tmp_path)
    assert os.listdir(tmp_path) == ["latest.safetensors"]


@pytest.mark.parametrize(("arguments", "message"), [
    (("",), "Empty `backup_dir`"), ((None,), "Empty `backup_dir`"),
    (("b", "batch"), "Invalid value for argument `save_freq`"),
    (("b", 0), "Invalid value for argument `save_freq`"),
    (("b", True), "Invalid value for argument `save_freq`"),
    (("b", 1.5), "Invalid value for argument `save_freq`"),
    (("b", None), "Invalid value for argument `save_freq`"),
])
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        keras.callbacks.BackupAndRestore(*arguments)
