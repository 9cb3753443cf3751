"""The hooks that a callback may define."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import Logs, Model, T

__all__ = ["Callback", "skippable"]


def skippable(unless: Callable[[Any], bool] | None = None) -> Callable[[T], T]:
    """Mark a batch hook that need not be called at every batch, so that the engine may run many.

    Parameters
    ----------
    unless : callable, optional
        ``unless(callback)`` tells whether this one has to be called at every batch after all.
    """
    def mark(hook):
        hook.needed_by = unless or _nobody
        return hook
    return mark


def _nobody(callback):
    return False


class Callback:
    """Base class of what is called while a model trains, evaluates or predicts.

    Override the hooks you need. A model that nobody's batch hook watches runs many batches in one
    compiled call, so leave the batch hooks alone unless you need every batch.

    Attributes
    ----------
    model : Sequential or None
        The model it was given to.
    params : dict or None
        ``{"verbose": int, "epochs": int, "steps": int or None}``.

    Notes
    -----
    `logs` is a dict of floats, empty in the hooks that begin something. One dict goes through all
    callbacks of an epoch, and what one of them adds ends up in the History.

    Examples
    --------
    >>> from fastdense import callbacks
    >>> class StopAt(callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         if logs["loss"] < 0.1:
    ...             self.model.stop_training = True
    """

    # On the class, so that a subclass need not call super().__init__().
    params: Any = None  # a dict in a run
    _model: Any = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Take the parameters of the run: verbose, epochs and steps."""
        self.params = params

    def set_model(self, model: Model) -> None:
        """Take the model; it is then `self.model`."""
        self._model = model

    @property
    def model(self) -> Model:
        """The model this callback was given to."""
        return self._model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called when `fit` begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called when `fit` ends, with the logs of the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called when an epoch begins; `epoch` counts from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called when an epoch and its validation end, with loss, metrics and ``val_`` values."""

    @skippable()
    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of :meth:`on_train_batch_begin`."""

    @skippable()
    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of :meth:`on_train_batch_end`."""

    @skippable()
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a batch of training; `batch` counts from 0 in each epoch."""
        self.on_batch_begin(batch, logs)

    @skippable()
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a batch of training, with the means of the epoch so far."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Called when an evaluation begins, also that of a validation."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Called when an evaluation ends, with loss and metrics."""

    @skippable()
    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a batch of an evaluation."""

    @skippable()
    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a batch of an evaluation, with the means so far."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Called when `predict` begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Called when `predict` ends."""

    @skippable()
    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a batch of a prediction."""

    @skippable()
    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a batch of a prediction, with ``{"outputs": ...}``."""
