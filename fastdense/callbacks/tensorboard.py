"""The callback that writes what TensorBoard shows."""

from __future__ import annotations

import numbers
import os
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from .callback import Callback, skippable
from .event_files import event_file

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Logs, Path

__all__ = ["TensorBoard"]


def _by_batch(callback):
    return callback.update_freq != "epoch"


class TensorBoard(Callback):
    """Writes logs, and on demand how the weights are distributed, for TensorBoard to show.

    Needs the package ``tensorboard`` (or ``tensorboardX``). To look: ``tensorboard --logdir logs``.

    Parameters
    ----------
    log_dir : str or path-like, default "logs"
        Folder of this run; what is of training goes to "train" in it, the rest to "validation".
    histogram_freq : int, default 0
        Write histograms of all weights every so many epochs. 0: never.
    write_steps_per_second : bool, default False
        Write how fast the training is.
    update_freq : "epoch", "batch" or int, default "epoch"
        An int also writes the running logs every so many batches; "batch" is 1. With "epoch" the
        engine need not stop at every batch.
    write_graph, write_images, profile_batch, embeddings_freq, embeddings_metadata
        Nothing is written for them; all but the first warn if they are given.

    Raises
    ------
    ImportError
        If neither package is installed.
    ValueError
        If `update_freq` or `histogram_freq` is something else.

    Notes
    -----
    Tags as Keras's: "epoch_loss" and its kin against the epoch, "epoch_learning_rate",
    "epoch_steps_per_second", "batch_loss" against the batch, "evaluation_loss_vs_iterations"
    against the steps of the optimizer, "<path of the weight>/histogram".
    Source: keras.callbacks.TensorBoard.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile("sgd", loss="mse")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     board = keras.callbacks.TensorBoard(folder)
    ...     history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[board])
    ...     os.listdir(folder)
    ['train']
    """

    def __init__(self, log_dir: Path = "logs", histogram_freq: int = 0, write_graph: bool = True,
                 write_images: bool = False, write_steps_per_second: bool = False,
                 update_freq: str | int = "epoch", profile_batch: int | tuple[int, int] = 0,
                 embeddings_freq: int = 0, embeddings_metadata: None = None) -> None:
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = _count("histogram_freq", histogram_freq, least=0)
        self.write_steps_per_second = write_steps_per_second
        self.update_freq: Any = update_freq
        if update_freq != "epoch":
            self.update_freq = _count("update_freq", 1 if update_freq == "batch" else update_freq,
                                      least=1)
        ignored = {"write_images": write_images, "profile_batch": profile_batch,
                   "embeddings_freq": embeddings_freq, "embeddings_metadata": embeddings_metadata}
        ignored = [name for name, value in ignored.items() if value]
        if ignored:
            warnings.warn(f"TensorBoard: nothing is written for {', '.join(ignored)}.",
                          stacklevel=2)
        self._open = event_file()
        self._files: dict[str, Any] = {}  # "train" and "validation", opened when needed
        self._training = False
        self._step = 0  # batches of this fit
        self._started_at: dict[str, float] = {}  # "epoch" and "batch" -> seconds
        self._iterations = 0  # of the optimizer, when the epoch began

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._training = True
        self._step = 0

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._training = False
        self._close()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._started_at["epoch"] = time.perf_counter()
        self._iterations = int(self.model.optimizer.iterations)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        of_training: Logs = {}
        of_validation: Logs = {}
        for name, value in (logs or {}).items():
            of = of_validation if name.startswith("val_") else of_training
            of[name.removeprefix("val_")] = value
        if not logs:
            return
        optimizer = self.model.optimizer
        of_training["learning_rate"] = float(optimizer.learning_rate)
        if self.write_steps_per_second:
            n_steps = int(optimizer.iterations) - self._iterations
            of_training["steps_per_second"] = n_steps / self._seconds("epoch")
        self._write("train", "epoch_{}", of_training, epoch)
        self._write("validation", "epoch_{}", of_validation, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_histograms(epoch)

    @skippable(unless=_by_batch)
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._started_at["batch"] = time.perf_counter()

    @skippable(unless=_by_batch)
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._step += 1
        if self.update_freq == "epoch" or self._step % self.update_freq:
            return
        logs = dict(logs or {})
        if self.write_steps_per_second:
            logs["steps_per_second"] = 1 / self._seconds("batch")
        self._write("train", "batch_{}", logs, self._step)

    def on_test_end(self, logs: Logs | None = None) -> None:
        if self.model.optimizer is not None:
            self._write("validation", "evaluation_{}_vs_iterations", logs or {},
                        int(self.model.optimizer.iterations))
        if not self._training:
            self._close()

    # -- writing --------------------------------------------------------------------------------

    def _file(self, name):
        if name not in self._files:
            self._files[name] = self._open(os.path.join(self.log_dir, name))
        return self._files[name]

    def _write(self, name, tag, values, step):
        for key, value in values.items():
            if np.ndim(value) == 0:  # a metric may be an array
                self._file(name).scalar(tag.format(key), value, step)
        if values:
            self._file(name).flush()

    def _write_histograms(self, epoch):
        for layer in self.model.layers:
            for weight in layer.weights:
                self._file("train").histogram(f"{weight.path}/histogram", weight.value, epoch)

    def _close(self):
        while self._files:
            self._files.popitem()[1].close()

    def _seconds(self, what):
        return max(time.perf_counter() - self._started_at[what], 1e-9)


def _count(name, value, least):
    if not isinstance(value, numbers.Integral) or value < least:
        raise ValueError(f"TensorBoard: expected {name} to be an integer of at least {least} (for "
                         "update_freq also \"epoch\" or \"batch\"). Received: "
                         f"{name}={value!r}.")
    return int(value)
