"""The callback that lets a killed training go on where it was."""

from __future__ import annotations

import contextlib
import numbers
import os
import warnings
from typing import TYPE_CHECKING

from fastdense import random
from fastdense.saving import checkpoint
from fastdense.saving.weights import arrays_of, load, random_states

from .callback import Callback
from .snapshot import Snapshot

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, Logs, Path

__all__ = ["BackupAndRestore"]


class BackupAndRestore(Callback):
    """Saves the state of `fit` now and then; the same program started again goes on from there.

    Started again after a kill, on the same data, a run gives the same bits as one that was never
    stopped: weights, optimizer, order of the samples, logs of the epoch so far, and what the other
    callbacks remember (see Notes) are all in the backup.

    Parameters
    ----------
    backup_dir : str or path-like
        Folder of the backup, for this training alone. Made if need be.
    save_freq : "epoch" or int, default "epoch"
        An int saves every so many batches, counted over the epochs.
    double_checkpoint : bool, default False
        Keep the backup before the last, too, and go on from it should the last be unreadable.
    delete_checkpoint : bool, default True
        Delete the backup when `fit` has ended.

    Raises
    ------
    ValueError
        If `backup_dir` is empty, or `save_freq` neither "epoch" nor a positive int. In `fit`, if
        the backup is unreadable or of another model.
    ImportError
        In `fit`, if the package `safetensors` is missing.
    OSError
        In `fit`, if the backup cannot be written; the one before is as it was.

    Notes
    -----
    It is called after all other callbacks, wherever it stands in the list. Other callbacks begin as
    always, then get back the attributes that had changed since training began, if those are
    numbers, texts, arrays, or lists and dicts of these. One that keeps more defines
    ``get_state()``, which returns a dict of such, and ``set_state(state)``. Randomness of your own,
    in callbacks or generators, is yours to restore.
    Source: keras.callbacks.BackupAndRestore, which goes on from the last epoch only.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import fastdense as keras
    >>> x = np.ones((8, 2))
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     backup = keras.callbacks.BackupAndRestore(folder, save_freq=100)
    ...     history = model.fit(x, x[:, :1], epochs=2, verbose=0, callbacks=[backup])
    >>> history.epoch
    [0, 1]
    """

    runs_last = True  # read by CallbackList: what the others do at a moment is in its backup

    def __init__(self, backup_dir: Path, save_freq: str | int = "epoch",
                 double_checkpoint: bool = False, delete_checkpoint: bool = True) -> None:
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed. Pass the name of a folder.")
        frequency: Any = save_freq
        counts = isinstance(frequency, numbers.Integral) and not isinstance(frequency, bool)
        if save_freq != "epoch" and not (counts and frequency >= 1):
            raise ValueError("Invalid value for argument `save_freq`. Expected either 'epoch' or a "
                             f"positive integer. Received: save_freq={save_freq}.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.others: list[Callback] = []  # the other callbacks: set by CallbackList
        self._snapshot: Snapshot | None = None
        self._restored: Config | None = None  # from within an epoch, until that has begun
        self._batches = 0  # since the last backup
        if save_freq != "epoch":  # only then does it have to be called at every batch
            self.on_train_batch_end = self._on_batch  # type: ignore[method-assign]

    @property
    def _path(self):
        return os.path.join(self.backup_dir, "latest.safetensors")

    @property
    def _previous(self):
        return os.path.join(self.backup_dir, "previous.safetensors")

    # -- hooks ----------------------------------------------------------------------------------

    def on_train_begin(self, logs: Logs | None = None) -> None:
        import glob

        os.makedirs(self.backup_dir, exist_ok=True)
        for litter in glob.glob(os.path.join(glob.escape(self.backup_dir), "*.safetensors.*.tmp")):
            os.unlink(litter)  # of a process that was killed while it wrote
        self._snapshot = Snapshot(self.others)
        self._restored = None
        self._batches = 0
        backup = self._read()
        if backup is None:
            return
        try:
            self._restore(backup)
            self.model._run.resume(backup["run"])
            self._batches = int(backup["batches"])
            if backup["stopped"]:
                self.model._run.epoch = self.params["epochs"]
            elif backup["run"]["batch"]:
                self._restored = backup
        except MemoryError:
            raise
        except Exception as error:  # what is not as it should be fails in its own way
            raise ValueError(f"Cannot go on from the backup in {self.backup_dir}, it is not of "
                             f"this training: {error} Delete it to begin anew.") from error

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self._restored is not None:  # the others have begun an epoch that is not at its begin
            self._restore(self._restored)
            random.generator().bit_generator.state = self._restored["run"]["random"]
            self._restored = None

    def _on_batch(self, batch, logs=None):
        self._batches += 1
        # A stop within an epoch comes again when going on from the backup before it.
        if self._batches >= self.save_freq and not self.model.stop_training:
            self._batches = 0
            self._save()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._save()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if not self.delete_checkpoint:
            return
        for path in (self._path, self._previous):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        with contextlib.suppress(OSError):  # the user has put something else there
            os.rmdir(self.backup_dir)

    # -- the backup -----------------------------------------------------------------------------

    def _save(self):
        if self.double_checkpoint and os.path.exists(self._path):
            os.replace(self._path, self._previous)
        checkpoint.write(self._path, {
            "weights": arrays_of(self.model),
            "noise": [variable.value for variable in random_states(self.model)],
            "run": self.model._run.progress(),
            "callbacks": self._snapshot.take(),
            "stopped": self.model.stop_training,
            "batches": self._batches,
        })

    def _read(self):
        """Return the latest backup that can be read, or None if there is none."""
        try:
            return checkpoint.read(self._path)
        except FileNotFoundError:
            pass
        except ValueError as error:
            if not os.path.exists(self._previous):
                raise
            warnings.warn(f"{error} Going on from the backup before it.", stacklevel=2)
        try:
            return checkpoint.read(self._previous)
        except FileNotFoundError:
            return None

    def _restore(self, backup):
        load(self.model, backup["weights"])
        for variable, value in zip(random_states(self.model), backup["noise"], strict=True):
            variable.assign(value)
        self._snapshot.restore(backup["callbacks"])
