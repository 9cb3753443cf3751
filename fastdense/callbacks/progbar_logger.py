"""The callback that draws the progress bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.utils.progbar import Progbar, print_msg

from .callback import Callback, skippable

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Logs

__all__ = ["ProgbarLogger"]


class ProgbarLogger(Callback):
    """Draws the bar of `fit`, `evaluate` and `predict`; added unless ``verbose=0``.

    It may be told of some batches only: the numbers of `on_train_batch_end` may jump.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> bar = callbacks.ProgbarLogger()
    >>> bar.set_params({"verbose": 2, "epochs": 2, "steps": 100})
    >>> bar.on_epoch_begin(0)
    Epoch 1/2
    >>> bar.on_train_batch_end(99, {"loss": 0.7})
    >>> bar.on_epoch_end(0, {"loss": 0.6, "val_loss": 0.8})
    100/100 - 0s - .../step - loss: 0.6000 - val_loss: 0.8000
    """

    def __init__(self) -> None:
        self.seen = 0
        self.progbar = None
        self.target = None
        self.verbose = 1
        self.epochs = 1
        self._called_in_fit = False  # then the bar is that of the epoch, also during validation

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        verbose = params["verbose"]
        self.verbose = 1 if verbose == "auto" else verbose
        self.epochs = params["epochs"]
        self.target = params["steps"]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._called_in_fit = True

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._start()
        if self.verbose and self.epochs > 1:
            print_msg(f"Epoch {epoch + 1}/{self.epochs}")

    @skippable()
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        if not self._called_in_fit:
            self._start()

    @skippable()
    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._called_in_fit:
            self._update(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        if not self._called_in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._start()

    @skippable()
    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, None)  # the outputs are not for the bar

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._finish(logs)

    def _start(self):
        self.seen = 0
        # The logs are running means already, so none of them is to be averaged again.
        self.progbar = Progbar(self.target, verbose=self.verbose, stateless_metrics=())

    def _update(self, batch, logs):
        self.seen = batch + 1
        if self.verbose == 1:
            self.progbar.update(self.seen, list((logs or {}).items()), finalize=False)

    def _finish(self, logs):
        if self.target is None:  # an endless or unmeasured source: now its length is known
            self.target = self.progbar.target = self.seen
        self.progbar.update(self.target, list((logs or {}).items()), finalize=True)
