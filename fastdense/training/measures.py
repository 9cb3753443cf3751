"""Loss and metrics of a compiled model, once the shapes of targets and outputs are known.

What the engine can compute is summed there, in float64; every other loss or metric is a Python
object that is shown the outputs batch by batch.
"""

from __future__ import annotations

import math

import numpy as np

from fastdense import metrics
from fastdense.kernels.rules import LossRule, MetricRule
from fastdense.training import data, own_loss

__all__ = ["Measures"]

_SPARSE = ("sparse_categorical_crossentropy", "sparse_categorical_accuracy")


class Measures:
    """The running loss and metrics of an epoch or an evaluation.

    Parameters
    ----------
    compiled : named tuple of loss, loss_weight, metrics and weighted_metrics
        As given to ``compile``.
    y_shape : tuple
        Of the targets, samples included.
    output_shape : tuple
        Of one sample's output.
    dtype : dtype
    by_row : bool, default False
        Whether the rows of a sample's output have weights of their own, which Python applies.
    """

    def __init__(self, compiled, y_shape, output_shape, dtype, by_row=False):
        shapes = y_shape, (y_shape[0], *output_shape)
        self.largest = float(np.finfo(dtype).max)
        self.output_shape = output_shape
        self.dtype = dtype
        self.loss = own_loss.resolve(compiled.loss, *shapes)
        self.loss_weight = compiled.loss_weight
        rule = self.loss.rule
        self._kind = rule and rule.kind  # what targets the loss takes, also where Python computes
        self._stretch = rule is not None and "crossentropy" not in rule.kind
        self._wide = self._stretch and data.stretches(output_shape, y_shape[1:])
        # One output for several targets, too, the engine leaves to Python.
        self.rule = None if self._wide or by_row else rule
        self.wants_labels = (self.rule or LossRule("")).kind in _SPARSE
        self.names, self.metrics, self.weighted = [], [], []
        for identifiers, weighted in ((compiled.metrics, False), (compiled.weighted_metrics, True)):
            for identifier in identifiers:
                metric = metrics.resolve(identifier, *shapes)
                metric.build_for(*shapes)
                self.names.append(_unique(metric.name, self.names, weighted))
                self.metrics.append(metric)
                self.weighted.append(weighted)
        self.compiled = [i for i, metric in enumerate(self.metrics)
                         if not self.weighted[i] and self._compiles(metric.rule)]
        self.plain = [i for i in range(len(self.metrics)) if i not in self.compiled]
        self.needs_outputs = bool(self.plain)  # whether a metric has to be shown those of a batch
        self.rules = tuple(self.metrics[i].rule for i in self.compiled)
        self.totals = np.zeros(1 + len(self.compiled))
        self.penalty = 0.0  # what an evaluation adds to the mean, however it is cut into spans
        self.reset()

    def _compiles(self, rule):
        """Whether the engine can compute a metric beside the loss: on the same kind of target."""
        if rule is None or self.rule is None or (rule.kind in _SPARSE) != self.wants_labels:
            return False
        if not isinstance(rule, MetricRule) or not rule.from_logits:
            return True
        return self.rule.from_logits and rule.kind == self.rule.kind

    def require_gradient(self):
        """Raise NotImplementedError if the loss can be evaluated but not trained with."""
        if self.rule is None:  # the engine knows the gradients of its own
            own_loss.require_gradient(self.loss)

    def read_targets(self, y):
        """Check targets; return (targets, labels), at most one not None, as the engine wants them.
        """
        targets = labels = None
        if self._kind in _SPARSE:
            labels = data.labels(y, self.output_shape, self.dtype)
        elif self._kind is not None and not self._wide:
            targets = data.targets(y, self.output_shape, self.dtype, self._stretch)
        return (None, None) if self.rule is None else (targets, labels)

    def reset(self):
        """Start a new epoch or evaluation."""
        self.totals.fill(0)
        self.penalty = 0.0
        for i in self.plain:
            self.metrics[i].reset_state()
        for i in self.compiled:
            self.metrics[i].set_sums(0, 0)

    def show(self, y, outputs, weights):
        """Show a batch to the metrics that the engine does not compute."""
        outputs = outputs.reshape(len(outputs), *self.output_shape)
        for i in self.plain:
            self.metrics[i].update_state(y, outputs, weights if self.weighted[i] else None)

    # -- a loss that only Python knows ----------------------------------------------------------

    def loss_value(self, y, outputs, weights):
        """Return the reduced loss of a batch, a float."""
        outputs = outputs.reshape(len(outputs), *self.output_shape)
        return float(np.sum(self.loss(y, outputs, weights)))

    def loss_and_gradient(self, y, outputs, weights):
        """Return the reduced loss of a batch and its derivative by the outputs, in their shape."""
        rows = outputs.reshape(len(outputs), *self.output_shape)
        if data.stretches(rows.shape, y.shape):  # by all its targets: the sum over them
            self.loss(y, rows, weights)  # refuses what may not be stretched
            value, gradient = self.loss.value_and_gradient(
                y, np.broadcast_to(rows, y.shape), weights)
            gradient = gradient.sum(axis=-1)
        else:
            value, gradient = self.loss.value_and_gradient(y, rows, weights)
        return value, gradient.reshape(outputs.shape)

    def finish(self, n):
        """Tell the metric objects what the engine has summed over n samples."""
        for place, i in enumerate(self.compiled, 1):
            self.metrics[i].set_sums(self.totals[place], n)

    def logs(self, n):
        """Return name -> running value after n samples, loss first, then in the order of compile.

        Values are floats, or arrays of metrics whose result is one; a result that is a dict brings
        its own names.
        """
        means = [total / n for total in self.totals.tolist()]
        loss = means.pop(0) + self.penalty
        # The sums are float64: what the model's dtype calls infinite is a number there.
        values = {"loss": math.copysign(math.inf, loss) if abs(loss) > self.largest else loss}
        if not self.plain:
            values.update(zip(self.names, means, strict=True))
            return values
        means = dict(zip(self.compiled, means, strict=True))
        for i, name in enumerate(self.names):
            result = means[i] if i in means else self.metrics[i].result()
            results = result if isinstance(result, dict) else {name: result}
            values.update((key, _plain(value)) for key, value in results.items())
        return values


def _plain(value):
    """A result as callbacks get it: a float, or an array of several numbers."""
    value = np.asarray(value)
    return float(value.item()) if value.size == 1 else value


def _unique(name, taken, weighted):
    if weighted and name in taken:
        name = f"weighted_{name}"
    number, candidate = 0, name
    while candidate in taken or candidate == "loss":
        number += 1
        candidate = f"{name}_{number}"
    return candidate
