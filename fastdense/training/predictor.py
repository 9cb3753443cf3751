"""Predicting: what a model does without being compiled, from any number of threads at once."""

from __future__ import annotations

import functools
import math
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from fastdense import callbacks as callbacks_module
from fastdense.kernels.rules import Stage
from fastdense.training import arguments, data, errands
from fastdense.training.link import Link
from fastdense.training.samples import Inputs
from fastdense.training.sources import open_feed
from fastdense.utils import progbar
from fastdense.variable import OWNERSHIP

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Array, Callbacks

__all__ = ["Predictor"]

_PREDICTION_ROWS = 192  # rows of a block in predict: its activations stay in L2


class Predictor:
    """The part of a model that predicts; `Trainer` derives from it."""

    def __init__(self) -> None:
        self._link_ = None
        self.stop_predicting = False

    def predict(self, x: Any, batch_size: int | None = None, verbose: str | int = "auto",
                steps: int | None = None, callbacks: Callbacks = None) -> Array:
        """Return the outputs for samples: one call for one row and for a million.

        Safe to call from several threads at once.

        Parameters
        ----------
        x : array_like, shape (n, ...), or PyDataset, generator or iterable of batches
            As for :meth:`fit`; batches may be ``(x,)`` or x alone, targets in them are ignored.
        batch_size : int, default 32
            What callbacks, the bar and `steps` count in; does not change the result.
        verbose : {"auto", 0, 1, 2}
            "auto" draws a bar for more than one batch of an array on a terminal or in a notebook,
            and is silent else: predictions are made in loops. (In Keras it is 1.)
        steps : int, optional
            Batches, the first ones. None: all there are.
        callbacks : list of Callback, optional

        Returns
        -------
        ndarray of the model's dtype, shape (n, ...)
            A row's output does not depend on the rows it is predicted with, to the bit.

        Raises
        ------
        ValueError
            If the shape of `x` does not fit the model.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones")])
        >>> model.predict(np.array([[1.0, 2.0]]))
        array([[3., 3.]], dtype=float32)
        """
        batch_size = arguments.optional("batch_size", batch_size)
        if verbose == "auto":
            rows, size = (getattr(x, "shape", None) or (0,))[0], batch_size or 32
            verbose = int(rows > size and progbar.is_wanted(-(-rows // size)))
        if steps is None and callbacks is None and verbose == 0 and hasattr(x, "__array__"):
            return self._outputs(self._read_inputs(x))
        feed = open_feed(lambda x, *_: Inputs(self._read_inputs(x)), x, batch_size=batch_size,
                         steps=arguments.optional("steps", steps))
        with closing(feed):
            return self._predict(
                feed, self._listeners(callbacks, verbose, feed.n_batches, 1, False))

    def _predict(self, feed, listeners):
        """Predict span by span; a span is a batch if a callback wants to see every one."""
        parts, batch, self.stop_predicting = [], 0, False
        listeners.on_predict_begin()
        feed.begin()
        for span in feed.spans(listeners.listens_to_predict_batches or self.stop_predicting):
            listeners.on_predict_batch_begin(batch)
            parts.append(self._outputs(span.samples.x[span.first:span.last]))
            batch += span.n_batches
            listeners.on_predict_batch_end(batch - 1, {"outputs": parts[-1]})
            if self.stop_predicting:
                break
        feed.end()
        listeners.on_predict_end()
        return np.concatenate(parts) if parts else self._outputs(feed.first.x)

    def predict_on_batch(self, x: Any) -> Array:
        """Return the outputs for samples, as :meth:`predict` without callbacks.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones")])
        >>> model.predict_on_batch(np.array([[1.0, 2.0]]))
        array([[3., 3.]], dtype=float32)
        """
        return self._outputs(self._read_inputs(x))

    def predict_classes(self, x: Any, batch_size: int | None = None,
                        verbose: str | int = "auto") -> Array:
        """Return the most probable class of every sample, as in the first edition of the book.

        Returns
        -------
        ndarray of int64, shape (n,)
            ``predict(x).argmax(axis=-1)``; for a single output, whether it is above 0.5.

        Examples
        --------
        >>> import numpy as np
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones")])
        >>> model.predict_classes(np.array([[1.0, 2.0]]))
        array([0])
        """
        outputs = self.predict(x, batch_size=batch_size, verbose=verbose)
        if outputs.shape[-1] == 1:
            return (outputs > 0.5).astype(np.int64)
        return outputs.argmax(axis=-1)

    # -- the steps in between -------------------------------------------------------------------

    def _read_inputs(self, x):
        x = data.as_array("x", x)
        self._fit_to(x.shape)
        return x

    def _fit_to(self, shape):
        """Build the model for an array of samples of this shape, or check that it fits."""
        if not self.built:
            with OWNERSHIP:  # several threads may be the first
                self.build((None, *shape[1:]))
        self._check_samples(shape)

    def _listeners(self, callbacks, verbose, steps, epochs, add_history=True):
        if verbose not in ("auto", 0, 1, 2):
            raise ValueError(f"verbose: expected \"auto\", 0, 1 or 2. Received: {verbose!r}.")
        if isinstance(callbacks, callbacks_module.CallbackList):
            return callbacks
        verbose = 1 if verbose == "auto" else verbose
        return callbacks_module.CallbackList(
            callbacks, add_history=add_history, add_progbar=verbose != 0, model=self,
            verbose=verbose, epochs=epochs, steps=steps)

    def _outputs(self, x, training=False):
        link = self._link
        n = len(x)
        out = np.empty((n, link.n_outputs), link.dtype)
        if n:
            link.push()
            # A few sizes of plan serve all batches; a row's bits do not depend on the choice.
            size = 1 if n == 1 else 16 if n <= 16 else _PREDICTION_ROWS
            key, plan = link.borrow(n, True) if training else link.borrow(size)
            try:
                source = link.engine.Source(data.rows(x))
                if training:
                    plan.forward(source, None, 0, n, out)
                    link.forward_ran()
                elif n > 1 and errands.is_long(link.work * n):  # no row is
                    link.attend(functools.partial(_predict_in_parts, link.work, plan, source, out))
                else:
                    plan.predict(source, out, 0, n)
            finally:
                link.give_back(key, plan)
        return out if len(link.output_shape) == 1 else out.reshape(n, *link.output_shape)

    @property
    def _link(self):
        """The model's network in the engine, made when first needed."""
        link = self._link_
        if link is None:
            with OWNERSHIP:
                link = self._link_ = self._link_ or self._make_link()
        return link

    def _make_link(self):
        *rows, n = self._sample_shape
        # A model that changes nothing, such as Flatten of rows, still is a stage.
        stages = self.stages(self._sample_shape) or [Stage("affine", n, n, math.prod(rows))]
        return Link(stages, [self], self.dtype, self.output_shape[1:])

    def _drop_link(self):
        with OWNERSHIP:
            if self._link_ is not None:
                self._link_.pull()
            self._link_ = None


def _predict_in_parts(work, plan, source, out, errand):
    """Predict all samples, or stop soon after nobody is waiting for them any more."""
    for first, last in errands.parts(0, len(out), plan.batch_size, work):
        plan.predict(source, out[first:last], first, last)
        if errand.abandoned:
            break
