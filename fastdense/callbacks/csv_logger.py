"""The callback that writes the logs of every epoch into a CSV file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from .callback import Callback

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Logs, Path

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Writes a line an epoch into a CSV file: the epoch from 0, then the logs sorted by name.

    Parameters
    ----------
    filename : str or path-like
    separator : str, default ","
        One character.
    append : bool, default False
        Go on with the file if there is one, with the columns that it has. Otherwise the first
        epoch overwrites it.

    Notes
    -----
    The first epoch decides on the columns; without validation in it they are doubled by ``"val_"``
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

    def __init__(self, filename: Path, separator: str = ",", append: bool = False) -> None:
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self._end = 0  # of the rows of this run and, with `append`, of those before it, in bytes

    def on_train_begin(self, logs: Logs | None = None) -> None:
        header = self._header() if self.append else []
        self.keys = header[1:] or None
        with open(self.filename, "a") as file:  # an error now is better than after an epoch
            self._end = file.tell() if self.append else 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        import csv

        logs = logs or {}
        rows: list[list[Any]] = []
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]
            rows.append(["epoch", *self.keys])
        rows.append([epoch, *(_cell(logs.get(key, "NA")) for key in self.keys)])
        # Closed after every epoch: readable while the training runs, and whatever ends it.
        with open(self.filename, "r+", newline="", encoding="utf-8") as file:
            # What follows is of an older run, or of one that was killed and goes on from a backup.
            file.seek(min(self._end, os.path.getsize(self.filename)))
            file.truncate()
            csv.writer(file, delimiter=self.sep).writerows(rows)
            self._end = file.tell()

    def _header(self):
        """Return the columns of the file there is, or an empty list."""
        import csv

        try:
            with open(self.filename, newline="", encoding="utf-8") as file:
                return next(csv.reader(file, delimiter=self.sep), [])
        except FileNotFoundError:
            return []


def _cell(value):
    if isinstance(value, Iterable) and not isinstance(value, str) and np.ndim(value):
        return f'"[{", ".join(map(str, value))}]"'
    return value
