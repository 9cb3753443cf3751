"""The callback that saves the model while it trains."""

from __future__ import annotations

import numbers
import os
import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense.utils.progbar import print_msg

from .callback import skippable
from .monitor_callback import MonitorCallback

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Logs, Path

__all__ = ["ModelCheckpoint"]

_MODEL_FORMATS = (".keras", ".h5", ".safetensors")


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after every epoch, every so many batches, or at each best.

    Parameters
    ----------
    filepath : str or path-like
        Where to save, with fields to be filled in: ``"{epoch:02d}-{val_loss:.2f}.keras"``; epoch
        and batch count from 1. Ends in ".keras" (or ".h5", ".safetensors"), with
        `save_weights_only` in ".weights.h5". Folders are made.
    monitor : str, default "val_loss"
        What `save_best_only` watches, by its name in the logs.
    verbose : {0, 1}, default 0
        1 tells about every file.
    save_best_only : bool, default False
        Save only when `monitor` is better than ever before.
    save_weights_only : bool, default False
        Save by ``model.save_weights`` instead of ``model.save``.
    mode : {"auto", "min", "max"}, default "auto"
        Whether less or more is better; see :class:`MonitorCallback`.
    save_freq : "epoch" or int, default "epoch"
        An int saves every so many batches, counted over the epochs.
    initial_value_threshold : float, optional
        What the first value has to be better than, such as the best of an earlier run.

    Raises
    ------
    ValueError
        If `filepath` ends differently, or `save_freq` is neither "epoch" nor a positive int.
    KeyError
        In `fit`, if a field of `filepath` is not in the logs.
    OSError
        In `fit`, if a file cannot be written.

    Notes
    -----
    Without `monitor` in the logs it warns and saves.
    Source: keras.callbacks.ModelCheckpoint.

    Examples
    --------
    >>> import fastdense as keras
    >>> best = keras.callbacks.ModelCheckpoint("best.keras", "val_accuracy", save_best_only=True)
    >>> every = keras.callbacks.ModelCheckpoint("{epoch:02d}.weights.h5", save_weights_only=True)
    """

    def __init__(self, filepath: Path, monitor: str = "val_loss", verbose: int = 0,
                 save_best_only: bool = False, save_weights_only: bool = False, mode: str = "auto",
                 save_freq: str | int = "epoch",
                 initial_value_threshold: float | None = None) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq: Any = save_freq
        self._epoch = 0
        self._batches_since_saving = 0
        self._last_batch = -1
        if save_freq != "epoch" and (not isinstance(save_freq, numbers.Integral) or save_freq < 1):
            raise ValueError(f"Unrecognized save_freq: {save_freq}. Expected save_freq are "
                             "\"epoch\" or an integer of at least 1, a number of batches.")
        _check_ending(self.filepath, save_weights_only)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch
        self._last_batch = -1

    @skippable(unless=lambda self: self.save_freq != "epoch")
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches_since_saving += batch - self._last_batch
        self._last_batch = batch
        if self._batches_since_saving >= self.save_freq:
            self._batches_since_saving = 0
            self._save(self._epoch, logs or {}, batch=batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, logs or {})

    def _save(self, epoch, logs, **batch):
        path = self._path({"epoch": epoch + 1, **batch, **logs})
        if self.save_best_only and not self._is_best(epoch, logs, path):
            return
        if self.verbose and not self.save_best_only:
            self._say(epoch, f"saving model to {path}")
        if os.path.isdir(path):
            raise IsADirectoryError("Please specify a non-directory filepath for ModelCheckpoint. "
                                    f"Filepath used is an existing directory: {path}")
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)
        if self.verbose:
            self._say(epoch, f"finished saving model to {path}")

    def _is_best(self, epoch, logs, path):
        """Tell whether to save, and remember the value as the best if so."""
        if self.monitor_op is None:
            self._set_monitor_op()
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(f"Can save best model only with {self.monitor} available. Saving anyway; "
                          f"available: {', '.join(logs)}.", stacklevel=2)
            return True
        if np.ndim(current):
            warnings.warn("Can save best model only when `monitor` is a scalar value. Received: "
                          f"{self.monitor}={current}. Saving anyway.", stacklevel=2)
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(current, self.best):
            if self.verbose:
                self._say(epoch, f"{self.monitor} did not improve from {best}")
            return False
        if self.verbose:
            self._say(epoch, f"{self.monitor} improved from {best} to {current:.5f}, saving model "
                             f"to {path}")
        self.best = current
        return True

    def _path(self, fields):
        try:
            return self.filepath.format(**fields)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error} is '
                f"not among {', '.join(fields)}."
            ) from None

    def _say(self, epoch, text):
        print_msg(f"\nEpoch {epoch + 1}: {text}")


def _check_ending(path, weights_only):
    if weights_only and not path.endswith(".weights.h5"):
        raise ValueError(
            "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must "
            f"end in `.weights.h5`. Received: filepath={path}"
        )
    if not path.endswith(_MODEL_FORMATS):
        raise ValueError(
            "The filepath provided must end in `.keras` (or .h5, .safetensors), the format of a "
            f"saved model. Received: filepath={path}"
        )
