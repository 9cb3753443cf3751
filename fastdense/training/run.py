"""Passes over one set of samples: the loops of fit and evaluate.

The engine runs spans of several batches per call, about 20 ms each, so that Ctrl-C, the progress
bar and other Python threads are served in between; a callback that listens to batches gets spans
of one.
"""

from __future__ import annotations

import time

import numpy as np

from fastdense import random
from fastdense.training import data

__all__ = ["Run"]

_SPAN_S = 0.02
_EVALUATION_ROWS = 128


class Run:
    """Samples in the engine's form, and the steps over them.

    Parameters
    ----------
    model : Sequential
        Built and compiled.
    x : ndarray, shape (n, ...)
    y : ndarray, shape (n, ...)
    sample_weight : ndarray of float64, shape (n,), optional
    batch_size : int
    """

    def __init__(self, model, x, y, sample_weight, batch_size):
        self.model = model
        self.optimizer = model.optimizer
        self.measures = model._measures_for(y.shape)
        self.n = len(x)
        self.batch_size = batch_size
        self.n_batches = -(-self.n // batch_size)
        self.y = y
        self.weights = sample_weight
        self.targets, self.labels = self.measures.read_targets(y)
        self.source = self.link.engine.Source(data.rows(x))
        self.epoch = self.batch = 0  # where training is
        self._drawn_from = None  # random state before the order of the epoch
        self._begun = 0  # batches of the next epoch that were done elsewhere

    @property
    def link(self):
        """The model's network in the engine, which the first step may have made anew."""
        return self.model._link

    # -- training -------------------------------------------------------------------------------

    def train(self, order, callbacks):
        """Run one epoch over samples in `order`, or as they lie if None; return its logs.

        After :meth:`resume` that is what is left of the epoch.
        """
        fused = self.model._is_fused()
        step = self._train_fused if fused else self._train_plain
        begun, self._begun = self._begun, 0
        if not begun:
            self.measures.reset()
        stop = min(begun * self.batch_size, self.n)
        logs = self.measures.logs(stop) if stop else {}
        with self._plan(training=True) as plan:
            one = callbacks.listens_to_train_batches or self._wants_outputs or not fused
            for first, last in self._spans(one, begun):
                callbacks.on_train_batch_begin(first)
                stop = min(last * self.batch_size, self.n)
                step(plan, order, first * self.batch_size, stop)
                self.batch = last
                logs = self.measures.logs(stop)
                callbacks.on_train_batch_end(last - 1, logs)
                if self.model.stop_training:
                    break
        self.measures.finish(stop)
        return logs

    def draw_order(self):
        """Return the order of the samples in the next epoch; after :meth:`resume` the old one."""
        generator = random.generator()
        now = generator.bit_generator.state
        if self._begun:
            generator.bit_generator.state = self._drawn_from
        else:
            self._drawn_from = now
        order = generator.permutation(self.n)
        if self._begun:
            generator.bit_generator.state = now
        return order

    def finish_epoch(self):
        """Note that the epoch is over, its validation too: :meth:`progress` is at the next."""
        self.epoch += 1
        self.batch = 0

    def progress(self):
        """Return where training is, between two batches or epochs, as a dict of plain values.

        With the weights, the optimizer's variables and the same data, :meth:`resume` makes of it a
        run that goes on to the bit.
        """
        return {
            "epoch": self.epoch, "batch": self.batch, "drawn_from": self._drawn_from,
            "random": random.generator().bit_generator.state,
            "totals": self.measures.totals.tolist(),
            "metrics": [[v.numpy().tolist() for v in metric.variables]
                        for metric in self.measures.metrics],
        }

    def resume(self, progress):
        """Go on, in the next epoch trained, where another run was."""
        self.epoch, self.batch = progress["epoch"], progress["batch"]
        self._drawn_from = progress["drawn_from"]
        random.generator().bit_generator.state = progress["random"]
        self.measures.totals[:] = progress["totals"]
        for metric, values in zip(self.measures.metrics, progress["metrics"], strict=True):
            for variable, value in zip(metric.variables, values, strict=True):
                variable.assign(value)
        self._begun = self.batch

    def train_batch(self):
        """Run one step over all samples; return its logs."""
        step = self._train_fused if self.model._is_fused() else self._train_plain
        self.measures.reset()
        with self._plan(training=True) as plan:
            step(plan, None, 0, self.n)
        self.measures.finish(self.n)
        return self.measures.logs(self.n)

    def _train_fused(self, plan, order, first, last):
        """Steps over order[first:last] with the update inside the engine."""
        steps = -(-(last - first) // self.batch_size)
        rates = self.optimizer.learning_rates(steps)
        out = self._outputs(last - first)
        self.link.push()
        try:
            plan.train(self.source, self.targets, self.labels, self.weights, order, first, last,
                       rates, self.measures.totals, out)
        finally:  # Ctrl-C during the span is raised as soon as it returns: the steps are done
            self.link.engine_wrote()
            self.optimizer.iterations.assign_add(steps)
        self._show(order, first, last, out)

    def _train_plain(self, plan, order, first, last):
        """One step in pieces: gradients, penalties, the optimizer's own update, constraints."""
        variables = self.model._trained
        penalty = sum(self.model.losses)
        out = self._outputs(last - first)
        self.link.push()
        if self.measures.rule is not None:
            plan.gradients(self.source, self.targets, self.labels, self.weights, order, first, last,
                           self.measures.totals, out)
        else:
            self._python_gradients(plan, order, first, last, out)
        found = self.link.gradients(plan)
        gradients = [found[id(v)] for v in variables]
        for variable, gradient in zip(variables, gradients, strict=True):
            if variable.regularizer is not None:
                gradient += variable.regularizer.gradient(variable.value)
        # `apply` divides by the loss scale, which Keras has multiplied the loss by.
        self.optimizer.apply([self.optimizer.scale_loss(g) for g in gradients], variables)
        self.measures.totals[0] += penalty * (last - first)
        self._show(order, first, last, out)

    def _python_gradients(self, plan, order, first, last, out):
        """Gradients by a loss that only Python knows: outputs out, their gradient back in."""
        plan.forward(self.source, order, first, last, out, self.measures.totals)
        y, weights = self._batch(order, first, last)
        value, gradient = self._python_loss(y, out, weights, with_gradient=True)
        self.measures.totals[0] += value * (last - first)
        plan.backward(np.ascontiguousarray(gradient.reshape(out.shape), out.dtype))

    def _python_loss(self, y, out, weights, with_gradient):
        loss = self.measures.loss
        outputs = out.reshape(len(out), *self.measures.output_shape)
        value = float(np.sum(loss(y, outputs, weights)))
        if not with_gradient:
            return value, None
        factors = loss.weights(outputs.shape[:-1], y, weights)
        return value, factors[..., None] * loss.gradient(y, outputs)

    # -- evaluation -----------------------------------------------------------------------------

    def evaluate(self, callbacks):
        """Run over all samples without training; return the logs."""
        self.measures.reset()
        penalty = sum(self.model.losses)
        logs = {}
        self.link.push()
        # Sums do not care how samples are cut: small batches run as larger ones.
        with self._plan(training=False, least=_EVALUATION_ROWS) as plan:
            one = callbacks.listens_to_test_batches or self._wants_outputs
            for first, last in self._spans(one):
                callbacks.on_test_batch_begin(first)
                stop = min(last * self.batch_size, self.n)
                self._evaluate(plan, first * self.batch_size, stop)
                logs = self.measures.logs(stop)
                logs["loss"] += penalty
                callbacks.on_test_batch_end(last - 1, logs)
        self.measures.finish(self.n)
        return logs

    def _evaluate(self, plan, first, last):
        out = self._outputs(last - first)
        if self.measures.rule is not None:
            plan.evaluate(self.source, self.targets, self.labels, self.weights, first, last,
                          self.measures.totals, out)
        else:
            plan.predict(self.source, out, first, last, self.measures.totals)
            y, weights = self._batch(None, first, last)
            value, _ = self._python_loss(y, out, weights, with_gradient=False)
            self.measures.totals[0] += value * (last - first)
        self._show(None, first, last, out)

    # -- pieces ---------------------------------------------------------------------------------

    @property
    def _wants_outputs(self):
        return self.measures.needs_outputs or self.measures.rule is None

    def _outputs(self, n):
        """An array for the outputs of n samples, if anything in Python wants to see them."""
        if not self._wants_outputs:
            return None
        return np.empty((n, int(np.prod(self.measures.output_shape))), self.link.dtype)

    def _batch(self, order, first, last):
        part = slice(first, last) if order is None else order[first:last]
        return self.y[part], None if self.weights is None else self.weights[part]

    def _show(self, order, first, last, out):
        if self.measures.needs_outputs:
            y, weights = self._batch(order, first, last)
            self.measures.show(y, out, weights)

    def _spans(self, one_batch, first=0):
        """Yield (first, last) batch numbers, as many at a time as take about _SPAN_S."""
        count = 1
        while first < self.n_batches:
            last = min(first + count, self.n_batches)
            started = time.perf_counter()
            yield first, last
            elapsed = max(time.perf_counter() - started, 1e-6)
            if not one_batch:
                count = max(1, int((last - first) * _SPAN_S / elapsed))
            first = last

    def _plan(self, training, least=1):
        # What the engine holds for a larger batch than there are samples would lie idle.
        size = min(max(self.batch_size, least), self.n)
        return _Borrowed(self.link, (size, training, self.measures.rule, self.measures.rules))


class _Borrowed:
    """``with`` a plan of the link's; it is given back however the block ends."""

    def __init__(self, link, key):
        self.link = link
        self.key = key

    def __enter__(self):
        self.key, self.plan = self.link.borrow(*self.key)
        return self.plan

    def __exit__(self, *exception):
        self.link.give_back(self.key, self.plan)
