"""How a span of batches is computed: by the engine alone, or in pieces where Python has a part."""

from __future__ import annotations

import math

import numpy as np

from fastdense.training.errands import is_long, parts
from fastdense.utils.held import held_back
from fastdense.variable import OWNERSHIP, all_or_none

__all__ = ["Steps"]

_EVALUATION_ROWS = 128, 1024  # of a batch, at least and at most


class Steps:
    """The steps of one pass, on plans of the engine that are given back however the pass ends.

    ``with Steps(model, measures, training=True) as steps: steps.train(span)``

    Parameters
    ----------
    model : Sequential
        Built and compiled; to train, also prepared.
    measures : Measures
        Loss and metrics; their sums grow with every span.
    training : bool
    """

    def __init__(self, model, measures, training):
        self.model = model
        self.measures = measures
        self.training = training
        self.link = model._link
        self.fused = training and model._is_fused(measures)
        self._wants_outputs = measures.needs_outputs or measures.rule is None
        self._key = self._plan = None
        self._long = False  # whether a batch is so much work that Ctrl-C would have to wait
        self._before = None  # what `_note` goes by; None when everything is noted

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self._before is not None:  # Ctrl-C came at the very moment of noting
            with held_back():
                self._note()
        self._give_back()

    @property
    def one_by_one(self):
        """Whether a span must be one batch, since Python has a part in each."""
        return self._wants_outputs or (self.training and not self.fused)

    # -- training -------------------------------------------------------------------------------

    def train(self, span):
        """Take the steps of a span: one update a batch."""
        plan = self._plan_for(span.batch_size)
        out = self._outputs(span)
        self.link.push()
        if self.fused:
            self._train_fused(plan, span, out)
        else:
            with all_or_none(self.link.moving, self.link.room):
                self._train_plain(plan, span, out)
        self._show(span, out)

    def _train_fused(self, plan, span, out):
        """Updates inside the engine, any number of batches in one call."""
        samples = span.samples
        factors = self.model.optimizer.factors(span.n_batches)
        train = self._engine(plan.train)
        self._before = (int(self.model.optimizer.iterations), self.link.network.n_steps,
                        span.n_batches)
        try:
            train(samples.source, samples.targets, samples.labels, samples.loss_weights,
                  span.order, span.first, span.last, factors, self.measures.totals, out)
        finally:
            self._note()

    def _note(self):
        """Tell the variables and the optimizer what the engine has done; twice does no harm.

        That may be nothing, since Ctrl-C comes at any moment between two instructions of Python.
        """
        count, n_steps, n_batches = self._before
        # Of a call that was left, all steps will have been taken when somebody looks.
        taken = n_batches if self.link.is_left else self.link.network.n_steps - n_steps
        self.link.engine_wrote()
        optimizer = self.model.optimizer
        optimizer.count(count + taken - int(optimizer.iterations))
        self._before = None

    def _train_plain(self, plan, span, out):
        """One step in pieces: gradients, penalties, the optimizer's own update, constraints."""
        samples, variables = span.samples, self.model._trained
        penalty = sum(self.model.losses)
        try:
            if self.measures.rule is not None:
                self._engine(plan.gradients)(
                    samples.source, samples.targets, samples.labels, samples.loss_weights,
                    span.order, span.first, span.last, self.measures.totals, out)
            else:
                self._python_gradients(plan, span, out)
        finally:
            with held_back():
                self.link.forward_ran()
        found = self.link.gradients(plan)
        gradients = [found[id(v)] for v in variables]
        for variable, gradient in zip(variables, gradients, strict=True):
            if variable.regularizer is not None:
                gradient += variable.regularizer.gradient(variable.value)
        # `apply` divides by the loss scale, which Keras has multiplied the loss by.
        optimizer = self.model.optimizer
        with held_back(), OWNERSHIP:  # or another thread's `predict` takes half an update
            optimizer.apply([optimizer.scale_loss(g) for g in gradients], variables)
        self.measures.totals[0] += penalty * (span.last - span.first)

    def _python_gradients(self, plan, span, out):
        """Gradients by a loss that only Python knows: outputs out, their gradient back in."""
        self._engine(plan.forward)(span.samples.source, span.order, span.first, span.last, out,
                                   self.measures.totals)
        y, _, weights = span.samples.part(span)
        value, gradient = self.measures.loss_and_gradient(y, out, weights)
        self.measures.totals[0] += value * len(out)
        self._engine(plan.backward)(np.ascontiguousarray(gradient, out.dtype))

    # -- evaluation -----------------------------------------------------------------------------

    def evaluate(self, span):
        """Compute loss and metrics of a span."""
        # Sums do not care how samples are cut: batches run as larger or smaller ones.
        least, most = _EVALUATION_ROWS
        plan = self._plan_for(min(max(span.batch_size, least), most, span.samples.n))
        samples, totals = span.samples, self.measures.totals
        out = self._outputs(span)
        self.link.push()
        if is_long(self.link.work * (span.last - span.first)):
            self.link.attend(lambda errand: self._evaluate_in_parts(plan, span, out, errand))
        else:
            self._evaluate(plan, samples, span.first, span.last, out)
        if self.measures.rule is None:
            y, _, weights = samples.part(span)
            totals[0] += self.measures.loss_value(y, out, weights) * len(out)
        self.measures.penalty = sum(self.model.losses)
        self._show(span, out)

    def _evaluate(self, plan, samples, first, last, out):
        totals = self.measures.totals
        if self.measures.rule is not None:
            plan.evaluate(samples.source, samples.targets, samples.labels, samples.loss_weights,
                          first, last, totals, out)
        else:
            plan.predict(samples.source, out, first, last, totals)

    def _evaluate_in_parts(self, plan, span, out, errand):
        """Evaluate a span, or stop soon after nobody is waiting for it any more."""
        for first, last in parts(span.first, span.last, plan.batch_size, self.link.work):
            self._evaluate(plan, span.samples, first, last,
                           None if out is None else out[first - span.first:last - span.first])
            if errand.abandoned:
                break

    # -- pieces ---------------------------------------------------------------------------------

    def _outputs(self, span):
        """An array for the outputs of a span, if anything in Python wants to see them."""
        if not self._wants_outputs:
            return None
        width = math.prod(self.measures.output_shape)
        return np.empty((span.last - span.first, width), self.link.dtype)

    def _show(self, span, out):
        if self.measures.needs_outputs:
            y, weights, _ = span.samples.part(span)
            self.measures.show(y, out, weights)

    def _plan_for(self, batch_size):
        """A plan for batches of this size at most, kept from span to span."""
        if self._plan is None or self._plan.batch_size < batch_size:
            self._give_back()
            self._key, self._plan = self.link.borrow(
                batch_size, self.training, self.measures.rule, self.measures.rules)
            self._long = is_long(self.link.work * batch_size * (3 if self.training else 1))
        return self._plan

    def _engine(self, call):
        """A call of the engine as it is, or so that a batch of seconds keeps no Ctrl-C waiting."""
        if not self._long:
            return call
        return lambda *arguments: self.link.attend(lambda errand: call(*arguments))

    def _give_back(self):
        plan, self._plan = self._plan, None  # first, or Ctrl-C has it given back twice
        if plan is not None:
            self.link.give_back(self._key, plan)
