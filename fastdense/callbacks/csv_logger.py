"""The callback that writes the logs of every epoch into a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable

import numpy as np

from .callback import Callback

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Writes a line an epoch into a CSV file: the epoch from 0, then the logs sorted by name.

    Parameters
    ----------
    filename : str or path-like
    separator : str, default ","
        One character.
    append : bool, default False
        Go on with the file if there is one, with the columns that it has. Otherwise it is
        overwritten.

    Notes
    -----
    The first epoch decides on the columns; without validation in it they are doubled by "val_"
    columns, for later ones (`validation_freq`). What an epoch lacks is written "NA".
    Source: keras.callbacks.CSVLogger.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from fastdense import callbacks
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = callbacks.CSVLogger(f"{folder}/log.csv")
    ...     log.on_train_begin()
    ...     log.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75})
    ...     pathlib.Path(f"{folder}/log.csv").read_text().split()
    ['epoch,loss,val_loss', '0,0.5,0.75']
    """

    def __init__(self, filename, separator=",", append=False):
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys = None

    def on_train_begin(self, logs=None):
        header = self._header() if self.append else []
        self.keys = header[1:] or None
        if not self.append:
            self._write("w")

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        rows = []
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
            rows.append(["epoch", *self.keys])
        rows.append([epoch, *(_cell(logs.get(key, "NA")) for key in self.keys)])
        self._write("a", rows)

    def _write(self, mode, rows=()):
        # Closed after every epoch: readable while the training runs, and whatever ends it.
        with open(self.filename, mode, newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=self.sep).writerows(rows)

    def _header(self):
        """Return the columns of the file there is, or an empty list."""
        try:
            with open(self.filename, newline="", encoding="utf-8") as file:
                return next(csv.reader(file, delimiter=self.sep), [])
        except FileNotFoundError:
            return []


def _cell(value):
    if isinstance(value, Iterable) and not isinstance(value, str) and np.ndim(value):
        return f'"[{", ".join(map(str, value))}]"'
    return value
