"""Passes over a feed of batches: the loops of fit and evaluate."""

from __future__ import annotations

from fastdense import random
from fastdense.training.samples import Span
from fastdense.training.sources.source import count_in
from fastdense.training.steps import Steps

__all__ = ["Run", "run_batch"]


class Run:
    """The epochs of one `fit`, or an evaluation.

    Parameters
    ----------
    model : Sequential
        Built and compiled.
    feed : Feed
        Of Samples.
    """

    def __init__(self, model, feed):
        self.model = model
        self.feed = feed
        self.measures = feed.first.measures
        self.epoch = self.batch = self.seen = 0  # where training is, and samples in this epoch
        self._resumed = False  # whether the next epoch is one that has begun elsewhere

    # -- the loops ------------------------------------------------------------------------------

    def train(self, callbacks):
        """Run one epoch; return its logs, empty if there was no data left."""
        self._begin_epoch()
        logs = self.measures.logs(self.seen) if self.seen else {}
        with Steps(self.model, self.measures, training=True) as steps:
            one = (callbacks.listens_to_train_batches or steps.one_by_one
                   or self.model.stop_training)  # told to stop before the first batch: after it
            for span in self.feed.spans(one):
                callbacks.on_train_batch_begin(self.batch)
                steps.train(span)
                self.batch += span.n_batches
                self.seen += span.last - span.first
                logs = self.measures.logs(self.seen)
                callbacks.on_train_batch_end(self.batch - 1, logs)
                if self.model.stop_training:
                    break
        self._end_epoch(self.seen)
        return logs

    def finish_epoch(self):
        """Note that the epoch is over, its validation too: :meth:`progress` is at the next."""
        self.epoch += 1
        self.batch = self.seen = 0

    def evaluate(self, callbacks):
        """Run over all samples without training; return the logs, empty if there was no data."""
        logs, batch, seen = {}, 0, 0
        self.feed.begin(anew=True)
        self.measures.reset()
        with Steps(self.model, self.measures, training=False) as steps:
            one = (callbacks.listens_to_test_batches or steps.one_by_one
                   or self.model.stop_evaluating)
            for span in self.feed.spans(one):
                callbacks.on_test_batch_begin(batch)
                steps.evaluate(span)
                batch += span.n_batches
                seen += span.last - span.first
                logs = self.measures.logs(seen)
                callbacks.on_test_batch_end(batch - 1, logs)
                if self.model.stop_evaluating:
                    break
        self._end_epoch(seen)
        return logs

    def _begin_epoch(self):
        if self._resumed:
            self.feed.source.begin_epoch()
            self._resumed = False
            return
        self.feed.begin()
        self.measures.reset()
        self.batch = self.seen = 0

    def _end_epoch(self, seen):
        self.feed.end()
        self.measures.finish(seen)

    # -- stopping and going on in another process -----------------------------------------------

    def progress(self):
        """Return where training is, between two batches or epochs, as a dict of plain values.

        With the weights, the optimizer's variables and the same data, :meth:`resume` makes of it a
        run that goes on to the bit.
        """
        return {
            "epoch": self.epoch, "batch": self.batch, "seen": self.seen,
            "feed": self.feed.position(), "random": random.generator().bit_generator.state,
            "totals": self.measures.totals.tolist(),
            "metrics": [[v.numpy().tolist() for v in metric.variables]
                        for metric in self.measures.metrics],
        }

    def resume(self, progress):
        """Go on, in the next epoch trained, where another run was."""
        self.epoch, self.batch, self.seen = (
            count_in(progress, key) for key in ("epoch", "batch", "seen"))
        self.feed.resume(progress["feed"])
        random.generator().bit_generator.state = progress["random"]
        self.measures.totals[:] = progress["totals"]
        for metric, values in zip(self.measures.metrics, progress["metrics"], strict=True):
            for variable, value in zip(metric.variables, values, strict=True):
                variable.assign(value)
        self._resumed = self.batch > 0


def run_batch(model, samples, training):
    """Take one step on all samples at once, or only evaluate them; return the logs."""
    measures, n = samples.measures, samples.n
    measures.reset()
    with Steps(model, measures, training) as steps:
        step = steps.train if training else steps.evaluate
        step(Span(samples, None, 0, n, 1, n))
    measures.finish(n)
    return measures.logs(n)
