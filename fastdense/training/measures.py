"""Loss and metrics of a compiled model, once the shapes of targets and outputs are known.

What the engine can compute is summed there, in float64; every other loss or metric is a Python
object that is shown the outputs batch by batch.
"""

from __future__ import annotations

import numpy as np

from fastdense import losses, metrics
from fastdense.kernels.rules import LossRule, MetricRule
from fastdense.training import data

__all__ = ["Measures"]

_SPARSE = ("sparse_categorical_crossentropy", "sparse_categorical_accuracy")


class Measures:
    """The running loss and metrics of an epoch or an evaluation.

    Parameters
    ----------
    compiled : named tuple of loss, metrics and weighted_metrics
        As given to ``compile``.
    y_shape : tuple
        Of the targets, samples included.
    output_shape : tuple
        Of one sample's output.
    dtype : dtype
    """

    def __init__(self, compiled, y_shape, output_shape, dtype):
        shapes = y_shape, (y_shape[0], *output_shape)
        self.output_shape = output_shape
        self.dtype = dtype
        self.loss = losses.resolve(compiled.loss, *shapes)
        self.rule = self.loss.rule
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
        self.rules = tuple(self.metrics[i].rule for i in self.compiled)
        self.totals = np.zeros(1 + len(self.compiled))
        self.reset()

    def _compiles(self, rule):
        """Whether the engine can compute a metric beside the loss: on the same kind of target."""
        if rule is None or self.rule is None or (rule.kind in _SPARSE) != self.wants_labels:
            return False
        if not isinstance(rule, MetricRule) or not rule.from_logits:
            return True
        return self.rule.from_logits and rule.kind == self.rule.kind

    @property
    def needs_outputs(self):
        """Whether some metric has to be shown the outputs of every batch."""
        return bool(self.plain)

    def read_targets(self, y):
        """Return (targets, labels), one of them None, as the engine wants them."""
        if self.wants_labels:
            return None, data.labels(y, self.output_shape)
        if self.rule is None:
            return None, None
        return data.targets(y, self.output_shape, self.dtype), None

    def reset(self):
        """Start a new epoch or evaluation."""
        self.totals[:] = 0
        for metric in self.metrics:
            metric.reset_state()

    def show(self, y, outputs, weights):
        """Show a batch to the metrics that the engine does not compute."""
        outputs = outputs.reshape(len(outputs), *self.output_shape)
        for i in self.plain:
            self.metrics[i].update_state(y, outputs, weights if self.weighted[i] else None)

    def finish(self, n):
        """Tell the metric objects what the engine has summed over n samples."""
        for i, total in zip(self.compiled, self.totals[1:], strict=True):
            self.metrics[i].add_sums(total, n)

    def logs(self, n):
        """Return name -> running value after n samples, loss first, then in the order of compile.

        Values are floats, or arrays of metrics whose result is one; a result that is a dict brings
        its own names.
        """
        values = {"loss": float(self.totals[0] / n)}
        compiled = dict(zip(self.compiled, self.totals[1:], strict=True))
        for i, name in enumerate(self.names):
            result = compiled[i] / n if i in compiled else self.metrics[i].result()
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
