"""How a span of batches is computed: by the engine alone, or in pieces where Python has a part."""

from __future__ import annotations

import math

import numpy as np

from fastdense.variable import OWNERSHIP

__all__ = ["Steps"]

_EVALUATION_ROWS = 128


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

    def __enter__(self):
        return self

    def __exit__(self, *exception):
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
            self._train_plain(plan, span, out)
        self._show(span, out)

    def _train_fused(self, plan, span, out):
        """Updates inside the engine, any number of batches in one call."""
        samples, optimizer = span.samples, self.model.optimizer
        factors = optimizer.factors(span.n_batches)
        try:
            plan.train(samples.source, samples.targets, samples.labels, samples.loss_weights,
                       span.order, span.first, span.last, factors, self.measures.totals, out)
        finally:  # Ctrl-C during the span is raised as soon as it returns: the steps are done
            self.link.engine_wrote()
            optimizer.count(span.n_batches)

    def _train_plain(self, plan, span, out):
        """One step in pieces: gradients, penalties, the optimizer's own update, constraints."""
        samples, variables = span.samples, self.model._trained
        penalty = sum(self.model.losses)
        if self.measures.rule is not None:
            plan.gradients(samples.source, samples.targets, samples.labels, samples.loss_weights,
                           span.order, span.first, span.last, self.measures.totals, out)
        else:
            self._python_gradients(plan, span, out)
        found = self.link.gradients(plan)
        gradients = [found[id(v)] for v in variables]
        for variable, gradient in zip(variables, gradients, strict=True):
            if variable.regularizer is not None:
                gradient += variable.regularizer.gradient(variable.value)
        # `apply` divides by the loss scale, which Keras has multiplied the loss by.
        optimizer = self.model.optimizer
        with OWNERSHIP:  # or a `predict` in another thread may take a variable that is written to
            optimizer.apply([optimizer.scale_loss(g) for g in gradients], variables)
        self.measures.totals[0] += penalty * (span.last - span.first)

    def _python_gradients(self, plan, span, out):
        """Gradients by a loss that only Python knows: outputs out, their gradient back in."""
        plan.forward(span.samples.source, span.order, span.first, span.last, out,
                     self.measures.totals)
        y, _, weights = span.samples.part(span)
        value, gradient = self.measures.loss_and_gradient(y, out, weights)
        self.measures.totals[0] += value * len(out)
        plan.backward(np.ascontiguousarray(gradient, out.dtype))

    # -- evaluation -----------------------------------------------------------------------------

    def evaluate(self, span):
        """Compute loss and metrics of a span."""
        # Sums do not care how samples are cut: small batches run as larger ones.
        plan = self._plan_for(min(max(span.batch_size, _EVALUATION_ROWS), span.samples.n))
        samples, totals = span.samples, self.measures.totals
        out = self._outputs(span)
        self.link.push()
        if self.measures.rule is not None:
            plan.evaluate(samples.source, samples.targets, samples.labels, samples.loss_weights,
                          span.first, span.last, totals, out)
        else:
            plan.predict(samples.source, out, span.first, span.last, totals)
            y, _, weights = samples.part(span)
            totals[0] += self.measures.loss_value(y, out, weights) * len(out)
        totals[0] += sum(self.model.losses) * (span.last - span.first)
        self._show(span, out)

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
        return self._plan

    def _give_back(self):
        if self._plan is not None:
            self.link.give_back(self._key, self._plan)
            self._key = self._plan = None
