"""compile, fit and evaluate: what users call on a model.

Separation of concerns: `arguments` and `data` read what users pass in, `measures` knows loss and
metrics, `run` holds the loops, `link` moves weights between variables and engine, `predictor` is
what a model can do uncompiled. Here is the order of things.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import NamedTuple

from fastdense import callbacks as callbacks_module
from fastdense import optimizers, random
from fastdense.training import arguments, data
from fastdense.training.measures import Measures
from fastdense.training.predictor import Predictor
from fastdense.training.run import Run

__all__ = ["Trainer"]


class _Compiled(NamedTuple):
    loss: object
    metrics: list
    weighted_metrics: list


class Trainer(Predictor):
    """The part of a model that trains; `Sequential` derives from it."""

    def __init__(self):
        super().__init__()
        self.optimizer = None
        self.history = None
        self.stop_training = False
        self._compiled = None
        self._measures = {}
        self._trained = None  # the variables that are trained, as of the first step after `compile`
        self._busy = threading.Lock()

    # -- compile --------------------------------------------------------------------------------

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None,
                weighted_metrics=None, run_eagerly=False, steps_per_execution=1,
                jit_compile="auto", auto_scale_loss=True):
        """Choose how the model is trained.

        Parameters
        ----------
        optimizer : str, dict or Optimizer, default "rmsprop"
        loss : str, Loss or callable, optional
            Needed by `fit` and `evaluate`.
        loss_weights : None
            A Sequential has one loss; anything else is an error.
        metrics, weighted_metrics : list, optional
            Names, metrics or functions ``f(y_true, y_pred)``. The second kind heeds sample
            weights.
        run_eagerly, steps_per_execution, jit_compile, auto_scale_loss
            Accepted and ignored: there is one way to run, the fast one.

        Raises
        ------
        ValueError
            If a name is unknown, or `metrics` is not a list.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(1)])
        >>> model.compile("sgd", loss="mse", metrics=["mse"])
        >>> model.optimizer.learning_rate.numpy()
        array(0.01, dtype=float32)
        """
        if loss_weights is not None:
            raise ValueError(f"compile: expected loss_weights=None, a Sequential has one loss. "
                             f"Received: loss_weights={loss_weights!r}.")
        optimizer = optimizers.get(optimizer)
        compiled = _Compiled(
            arguments.known_loss(self.loss if loss is None else loss),
            arguments.known_metrics("metrics", metrics),
            arguments.known_metrics("weighted_metrics", weighted_metrics))
        self._forget_engine()
        self.optimizer = optimizer
        self._compiled = compiled

    @property
    def compiled(self):
        """Whether :meth:`compile` has been called."""
        return self._compiled is not None

    @property
    def loss(self):
        """The loss as given to :meth:`compile`, or None."""
        return getattr(self._compiled, "loss", None)

    @property
    def metrics(self):
        """The metric objects of the last run, as a list."""
        return [metric for measures in list(self._measures.values())[-1:]
                for metric in measures.metrics]

    # -- fit ------------------------------------------------------------------------------------

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None,
            validation_split=0.0, validation_data=None, shuffle=True, class_weight=None,
            sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None,
            validation_batch_size=None, validation_freq=1):
        """Train for a number of epochs.

        Parameters
        ----------
        x : array_like, shape (n, ...)
            Samples: any real number type, any strides, also read-only or `numpy.memmap`. Read in
            place, never changed, never copied as a whole.
        y : array_like, shape (n, ...)
            Targets: one-hot rows, class numbers or values, as the loss wants them.
        batch_size : int, default 32
            Samples a step. The last batch of an epoch may be shorter.
        epochs : int, default 1
            Number of the epoch to stop before.
        verbose : {"auto", 0, 1, 2}
            0 is silent, 1 draws a bar, 2 prints a line an epoch; "auto" is 1. Where the output is
            not a terminal, 1 prints a line an epoch, too.
        callbacks : list of Callback, optional
        validation_split : float, default 0.0
            Fraction of the samples, the last ones, to keep from training and evaluate on.
        validation_data : tuple (x, y) or (x, y, sample_weight), optional
            Evaluated after each epoch; goes before `validation_split`.
        shuffle : bool, default True
            Draw a new order of the samples every epoch.
        class_weight : dict of int to float, optional
            Weight of each class in the loss; 1 where a class is missing.
        sample_weight : array_like, shape (n,), optional
            Weight of each sample in the loss.
        initial_epoch : int, default 0
            Number of the first epoch.
        steps_per_epoch, validation_steps : None
            Not supported yet: an epoch goes over all samples.
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
            On Ctrl-C, between two steps; the weights are those after the last step.

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
        arguments.unsupported(steps_per_epoch=steps_per_epoch, validation_steps=validation_steps)
        batch_size = arguments.batch_size("batch_size", batch_size)
        for name, value in (("epochs", epochs), ("initial_epoch", initial_epoch)):
            arguments.integer(name, value, 0)
        if not isinstance(validation_freq, Collection):
            arguments.integer("validation_freq", validation_freq, 1)
        with self._exclusive():
            x, y, weights = self._read(x, y, sample_weight, class_weight)
            if validation_data is None and validation_split:
                (x, y, weights), validation_data = data.split(validation_split, (x, y, weights))
            run = self._run(x, y, weights, batch_size)
            validation = None
            if validation_data is not None:
                validation = self._validation(validation_data, validation_batch_size or batch_size)
            listeners = self._listeners(callbacks, verbose, run.n_batches, epochs)
            self._prepare_engine()
            self.stop_training = False
            listeners.on_train_begin()
            logs = {}
            for epoch in range(initial_epoch, epochs):
                listeners.on_epoch_begin(epoch)
                order = random.generator().permutation(run.n) if shuffle else None
                logs = run.train(order, listeners)
                if validation is not None and arguments.is_due(epoch, validation_freq):
                    values = self._evaluate(validation, listeners)
                    logs.update({f"val_{name}": value for name, value in values.items()})
                listeners.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
            self.optimizer.finalize_variable_values(self._trained)
            listeners.on_train_end(logs)
        return self.history

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
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
        with self._exclusive():
            x, y, weights = self._read(x, y, sample_weight, class_weight)
            run = self._run(x, y, weights, len(x))
            self._prepare_engine()
            logs = run.train_batch()
        return logs if return_dict else arguments.values(logs)

    # -- evaluate -------------------------------------------------------------------------------

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None,
                 steps=None, callbacks=None, return_dict=False, **kwargs):
        """Return the loss and metrics on samples, as means over all of them.

        Parameters
        ----------
        x, y, sample_weight
            As for :meth:`fit`.
        batch_size : int, default 32
            What callbacks and the bar count in; does not change the result.
        verbose : {"auto", 0, 1, 2}
        steps : None
            Not supported yet.
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
        arguments.unsupported(steps=steps)
        batch_size = arguments.batch_size("batch_size", batch_size)
        x, y, weights = self._read(x, y, sample_weight, None)
        run = self._run(x, y, weights, batch_size)
        logs = self._evaluate(run, self._listeners(callbacks, verbose, run.n_batches, 1, False))
        return logs if return_dict else arguments.values(logs)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
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
        x, y, weights = self._read(x, y, sample_weight, None)
        run = self._run(x, y, weights, len(x))
        logs = run.evaluate(callbacks_module.CallbackList())
        return logs if return_dict else arguments.values(logs)

    # -- the steps in between -------------------------------------------------------------------

    def _require_loss(self):
        if not self.compiled:
            raise ValueError("You must call `compile()` before using the model.")
        if self._compiled.loss is None:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")

    def _exclusive(self):
        if not self._busy.acquire(blocking=False):
            raise RuntimeError(
                f"Sequential '{self.name}' is being trained already, in another thread or by this "
                "call's own callback. Wait for it, or train a copy of the model."
            )
        return _Release(self._busy)

    def _read(self, x, y, sample_weight, class_weight):
        """Check inputs, targets and weights and build the model; (x, y, weights or None)."""
        if x is None or y is None:
            raise ValueError(
                f"Expected arrays x and y. Received: x={arguments.kind(x)}, "
                f"y={arguments.kind(y)}. Generators and data sets are not supported yet."
            )
        if sample_weight is not None and class_weight is not None:
            raise ValueError("You cannot `class_weight` and `sample_weight` at the same time. "
                             "Multiply the one into the other.")
        x, y = data.as_array("x", x), data.as_array("y", y)
        data.same_length(x=x, y=y)
        if len(x) == 0:
            raise ValueError(f"Expected at least one sample. Received: x of shape {x.shape}.")
        weights = None
        if sample_weight is not None:
            weights = data.sample_weights(sample_weight, len(x))
            data.same_length(x=x, sample_weight=weights)
        elif class_weight is not None:
            weights = data.class_weights(class_weight, y)
        return self._read_inputs(x), y, weights

    def _validation(self, validation_data, batch_size):
        if not isinstance(validation_data, (tuple, list)) or not 2 <= len(validation_data) <= 3:
            raise ValueError(f"validation_data: expected a tuple (x, y) or (x, y, sample_weight). "
                             f"Received: {arguments.kind(validation_data)}.")
        x, y, weights = (*validation_data, None)[:3]
        return self._run(*self._read(x, y, weights, None),
                         arguments.batch_size("validation_batch_size", batch_size))

    def _run(self, x, y, weights, batch_size):
        return Run(self, x, y, weights, batch_size)

    def _evaluate(self, run, listeners):
        listeners.on_test_begin()
        logs = run.evaluate(listeners)
        listeners.on_test_end(logs)
        return logs

    # -- the engine's side of the model ---------------------------------------------------------

    def _prepare_engine(self):
        """Have the engine ready to train with the model's optimizer."""
        optimizer = self.optimizer
        if self._trained is None:
            self._drop_link()  # it may have been made to predict, with other layers frozen
            self._trained = self.trainable_weights
        if not optimizer.built:
            optimizer.build(self._trained)
        if optimizer.rule is not None:
            self._link.attach(optimizer, self._trained)

    def _forget_engine(self):
        """Fetch what the engine holds, and let it be made anew after a change of the model."""
        self._drop_link()
        self._trained = None
        self._measures = {}

    def _is_fused(self):
        """Whether the engine does the whole step: nothing in it is Python's."""
        return (self.optimizer.rule is not None
                and all(m.rule is not None for m in self._measures.values())
                and all(v.trainable and v.regularizer is None and v.constraint is None
                        for v in self._link.weights))

    def _measures_for(self, y_shape):
        """Loss and metrics for targets of this shape; kept, so that metric objects persist."""
        key = y_shape[1:]
        if key not in self._measures:
            self._measures[key] = Measures(self._compiled, y_shape, self.output_shape[1:],
                                           self.dtype)
        return self._measures[key]


class _Release:
    """Releases a lock that is held already at the end of a ``with`` block."""

    def __init__(self, lock):
        self.lock = lock

    def __enter__(self):
        pass

    def __exit__(self, *exception):
        self.lock.release()
