"""fit and evaluate: what users call on a compiled model.

Separation of concerns: `arguments` and `data` read what users pass in, `sources` makes batches of
it, `samples` are those in the engine's form, `measures` knows loss and metrics, `run` holds the
loops over batches and `steps` what is done with each, `link` moves weights between variables and
engine, `compiling` is what `compile` sets, `predictor` what a model can do uncompiled. Here is the
order of things.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, overload

from fastdense import config
from fastdense.training import arguments, data
from fastdense.training.compiling import Compilable
from fastdense.training.run import Run, run_batch
from fastdense.training.samples import Samples
from fastdense.training.sources import is_stream, open_feed
from fastdense.utils import unpack_x_y_sample_weight
from fastdense.variable import OWNERSHIP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from numpy.typing import ArrayLike

    from fastdense._types import Callbacks
    from fastdense.callbacks import History

__all__ = ["Trainer"]


class Trainer(Compilable):
    """The part of a model that trains; `Sequential` derives from it."""

    def __init__(self) -> None:
        super().__init__()
        self.history: History | Any = None  # None before the first `fit`
        self.stop_training = False
        self.stop_evaluating = False
        self._run: Any = None  # the run of a `fit` under way
        self._busy = threading.Lock()  # held as long as the latest training is under way
        self._trainer = None  # the thread that began it

    # -- fit ------------------------------------------------------------------------------------

    def fit(self, x: Any = None, y: Any = None, batch_size: int | None = None, epochs: int = 1,
            verbose: str | int = "auto", callbacks: Callbacks = None, validation_split: float = 0.0,
            validation_data: Any = None, shuffle: bool = True,
            class_weight: Mapping[int, float] | None = None, sample_weight: ArrayLike | None = None,
            initial_epoch: int = 0, steps_per_epoch: int | None = None,
            validation_steps: int | None = None, validation_batch_size: int | None = None,
            validation_freq: int | Iterable[int] = 1) -> History:
        """Train for a number of epochs.

        Parameters
        ----------
        x : array_like, shape (n, ...), or PyDataset, generator or iterable of batches
            Samples: arrays, frames or tensors of any real number type, any strides, also read-only
            or `numpy.memmap`. Read in place, never changed, never copied as a whole. Or what
            yields batches ``(x, y)`` or ``(x, y, sample_weight)`` of any sizes.
        y : array_like, shape (n, ...)
            Targets: one-hot rows, class numbers or values, as the loss wants them. None with
            batches.
        batch_size : int, default 32
            Samples a step. The last batch of an epoch may be shorter. Ignored with batches.
        epochs : int, default 1
            Number of the epoch to stop before.
        verbose : {"auto", 0, 1, 2}
            0 is silent, 1 draws a bar, 2 prints a line an epoch; "auto" is 1. Where the output is
            not a terminal, 1 prints a line an epoch, too.
        callbacks : list of Callback, optional
        validation_split : float, default 0.0
            Fraction of the samples, the last ones, to keep from training and evaluate on.
        validation_data : tuple (x, y) or (x, y, sample_weight), or batches as `x`, optional
            Evaluated after each epoch; goes before `validation_split`.
        shuffle : bool, default True
            Draw a new order of the samples, or of a PyDataset's batches, every epoch.
        class_weight : dict of int to float, optional
            Weight of each class in the loss; 1 where a class is missing.
        sample_weight : array_like, shape (n,), optional
            Weight of each sample in the loss; of shape (n, ...) one for each row of its output.
        initial_epoch : int, default 0
            Number of the first epoch.
        steps_per_epoch : int, optional
            Batches an epoch; the next one goes on where it ended. None: all there are.
        validation_steps : int, optional
            Batches of a validation, the first ones. None: all there are.
        validation_batch_size : int, optional
            Default `batch_size`. Does not change the result.
        validation_freq : int or collection of int, default 1
            Evaluate every so many epochs, or after those, counted from 1.

        Returns
        -------
        History
            With ``.history``, a dict of lists: loss, metrics, and the same with ``val_``; means
            over the samples.

        Raises
        ------
        ValueError
            If the model is not compiled or an argument does not fit; the weights are untouched.
        RuntimeError
            If the model is being trained in another thread.
        KeyboardInterrupt
            On Ctrl-C, at once; the weights are those after the last step. If that takes long, what
            uses the model next waits for its end.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> x = np.linspace(-1, 1, 64).reshape(64, 1)
        >>> model = keras.Sequential([keras.layers.Dense(1)])
        >>> model.compile("sgd", loss="mse")
        >>> history = model.fit(x, 3 * x, epochs=3, verbose=0)
        >>> len(history.history["loss"])
        3
        """
        self._require_loss()
        for name, value in (("epochs", epochs), ("initial_epoch", initial_epoch)):
            arguments.integer(name, value, 0)
        epochs = arguments.limited("epochs", epochs, config.max_epochs())
        batch_size = arguments.optional("batch_size", batch_size)
        steps = arguments.optional("steps_per_epoch", steps_per_epoch)
        validation_steps = arguments.optional("validation_steps", validation_steps)
        validation_batch_size = arguments.optional("validation_batch_size", validation_batch_size)
        validation_freq = arguments.validation_freq(validation_freq)
        validation_data = arguments.validation_data(validation_data)
        busy = threading.Lock()
        with busy, self._exclusive(busy), ExitStack() as feeds:
            if validation_data is None and validation_split:
                (x, y, sample_weight), validation_data = data.split(
                    validation_split, x=x, y=y, sample_weight=sample_weight)
            feed = feeds.enter_context(closing(self._feed(
                (x, y, sample_weight), class_weight, batch_size=batch_size, steps=steps,
                shuffle=shuffle)))
            validation = None
            if validation_data is not None:
                validation = Run(self, feeds.enter_context(closing(self._feed(
                    validation_data, batch_size=validation_batch_size or batch_size,
                    steps=validation_steps))))
            feeds.callback(setattr, self, "_run", None)
            self._run = Run(self, feed)
            self._run.measures.require_gradient()
            listeners = self._listeners(callbacks, verbose, feed.n_batches, epochs)
            self._prepare_engine()
            self._fit(listeners, initial_epoch, epochs, validation, validation_freq)
        return self.history

    def _fit(self, listeners, initial_epoch, epochs, validation, validation_freq):
        """The epochs of :meth:`fit`, once everything is checked."""
        run = self._run
        run.epoch = initial_epoch
        self.stop_training = False
        logs = {}
        listeners.on_train_begin()
        for epoch in range(run.epoch, epochs):  # a callback may have had the run resumed
            listeners.on_epoch_begin(epoch)
            found = run.train(listeners)
            if not found:  # a generator that is used up
                break
            logs = found
            if validation is not None and arguments.is_due(epoch, validation_freq):
                values = self._evaluate(validation, listeners)
                logs.update({f"val_{name}": value for name, value in values.items()})
            run.finish_epoch()
            listeners.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        self.optimizer.finalize_variable_values(self._trained)
        listeners.on_train_end(logs)

    @overload
    def train_on_batch(self, x: Any, y: Any = ..., sample_weight: ArrayLike | None = ...,
                       class_weight: Mapping[int, float] | None = ..., *,
                       return_dict: Literal[True]) -> dict[str, float]: ...

    @overload
    def train_on_batch(self, x: Any, y: Any = ..., sample_weight: ArrayLike | None = ...,
                       class_weight: Mapping[int, float] | None = ...,
                       return_dict: bool = ...) -> Any: ...

    def train_on_batch(self, x: Any, y: Any = None, sample_weight: ArrayLike | None = None,
                       class_weight: Mapping[int, float] | None = None,
                       return_dict: bool = False) -> Any:
        """Take one step on one batch and return the loss and metrics before it.

        Parameters
        ----------
        x, y, sample_weight, class_weight
            As for :meth:`fit`.
        return_dict : bool, default False

        Returns
        -------
        float, list of float, or dict of str to float
            The loss alone without metrics; with `return_dict` always a dict.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", loss="mse")
        >>> model.train_on_batch(np.ones((4, 1)), np.full((4, 1), 2.0))
        4.0
        """
        self._require_loss()
        if sample_weight is not None and class_weight is not None:
            raise ValueError("Arguments `sample_weight` and `class_weight` cannot be specified at "
                             "the same time. Multiply the one into the other.")
        busy = threading.Lock()
        with busy, self._exclusive(busy):
            samples = self._read(x, y, sample_weight, class_weight)
            samples.measures.require_gradient()
            self._prepare_engine()
            logs = run_batch(self, samples, training=True)
        return arguments.result(logs, return_dict)

    # -- evaluate -------------------------------------------------------------------------------

    @overload
    def evaluate(self, x: Any = ..., y: Any = ..., batch_size: int | None = ...,
                 verbose: str | int = ..., sample_weight: ArrayLike | None = ...,
                 steps: int | None = ..., callbacks: Callbacks = ..., *,
                 return_dict: Literal[True]) -> dict[str, float]: ...

    @overload
    def evaluate(self, x: Any = ..., y: Any = ..., batch_size: int | None = ...,
                 verbose: str | int = ..., sample_weight: ArrayLike | None = ...,
                 steps: int | None = ..., callbacks: Callbacks = ..., return_dict: bool = ...,
                 **kwargs: Any) -> Any: ...

    def evaluate(self, x: Any = None, y: Any = None, batch_size: int | None = None,
                 verbose: str | int = "auto", sample_weight: ArrayLike | None = None,
                 steps: int | None = None, callbacks: Callbacks = None, return_dict: bool = False,
                 **kwargs: Any) -> Any:
        """Return the loss and metrics on samples, as means over all of them.

        Safe to call from several threads at once. The metric objects in :attr:`metrics` see one of
        these calls, the others copies of them.

        Parameters
        ----------
        x, y, sample_weight
            As for :meth:`fit`.
        batch_size : int, default 32
            What callbacks and the bar count in; does not change the result.
        verbose : {"auto", 0, 1, 2}
        steps : int, optional
            Batches, the first ones. None: all there are.
        callbacks : list of Callback, optional
        return_dict : bool, default False

        Returns
        -------
        float, list of float, or dict of str to float
            As for :meth:`train_on_batch`.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", loss="mse", metrics=["mse"])
        >>> model.evaluate(np.ones((4, 1)), np.full((4, 1), 2.0), verbose=0)
        [4.0, 4.0]
        """
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        self._require_loss()
        batch_size = arguments.optional("batch_size", batch_size)
        steps = arguments.optional("steps", steps)
        with self._measures_owned(), closing(
                self._feed((x, y, sample_weight), batch_size=batch_size, steps=steps)) as feed:
            logs = self._evaluate(
                Run(self, feed), self._listeners(callbacks, verbose, feed.n_batches, 1, False))
        return arguments.result(logs, return_dict)

    @overload
    def test_on_batch(self, x: Any, y: Any = ..., sample_weight: ArrayLike | None = ..., *,
                      return_dict: Literal[True]) -> dict[str, float]: ...

    @overload
    def test_on_batch(self, x: Any, y: Any = ..., sample_weight: ArrayLike | None = ...,
                      return_dict: bool = ...) -> Any: ...

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: ArrayLike | None = None,
                      return_dict: bool = False) -> Any:
        """Return the loss and metrics on one batch, as :meth:`train_on_batch` without the step.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", loss="mse")
        >>> model.test_on_batch(np.ones((4, 1)), np.full((4, 1), 2.0))
        4.0
        """
        self._require_loss()
        with self._measures_owned():
            logs = run_batch(self, self._read(x, y, sample_weight, None), training=False)
        return arguments.result(logs, return_dict)

    # -- the steps in between -------------------------------------------------------------------

    def _exclusive(self, busy):
        """Begin to train, unless the model is being trained, and return the block to do it in.

        The caller holds `busy`, a lock of its own, by `with` alone: entering and leaving a lock are
        single instructions, so that no Ctrl-C can come between, and the model stays busy.
        """
        with OWNERSHIP:  # of two that come together, the second sees the first
            # The training of a thread that is not in here was that of a forked child's parent.
            if self._busy.locked() and self._trainer in threading.enumerate():
                raise RuntimeError(
                    f"Sequential '{self.name}' is being trained already, in another thread or by "
                    "this call's own callback. Wait for it, or train a copy of the model."
                )
            self._busy, self._trainer = busy, threading.current_thread()
        return self._measures_owned()

    def _feed(self, given, class_weight=None, **options):
        """The batches of a user's data: ``(x, y, sample_weight)``, or a shorter tuple, or x."""
        def read(x, y, sample_weight):
            return self._read(x, y, sample_weight, class_weight)

        given = (given, None, None) if is_stream(given) else unpack_x_y_sample_weight(given)
        return open_feed(read, *given, **options)

    def _read(self, x, y, sample_weight, class_weight):
        """Check inputs, targets and weights, build the model, and return Samples."""
        if x is None or y is None:
            raise ValueError(
                f"Expected arrays x and y. Received: x={arguments.kind(x)}, "
                f"y={arguments.kind(y)}. A generator or data set must return a tuple, (x, y) or "
                "(x, y, sample_weight)."
            )
        if sample_weight is not None and class_weight is not None:
            raise ValueError("You cannot `class_weight` and `sample_weight` at the same time. "
                             "Multiply the one into the other.")
        x, y = data.as_array("x", x), data.as_array("y", y)
        if len(x) != len(y):
            data.same_length(x=x, y=y)
        if len(x) == 0:
            raise ValueError(f"Expected at least one sample. Received: x of shape {x.shape}.")
        self._fit_to(x.shape)
        weights = None
        if sample_weight is not None:
            weights = data.sample_weights(sample_weight, self.output_shape[1:-1])
            data.same_length(x=x, sample_weight=weights)
        elif class_weight is not None:
            weights = data.class_weights(class_weight, y)
        return Samples(self, x, y, weights)

    def _evaluate(self, run, listeners):
        self.stop_evaluating = False
        listeners.on_test_begin()
        logs = run.evaluate(listeners)
        listeners.on_test_end(logs)
        return logs
