"""What every source of batches is, and how its passes are cut into epochs and spans.

The engine runs spans of several batches per call, about 20 ms each, so that Ctrl-C, the progress
bar and other Python threads are served in between; a callback that listens to batches gets spans
of one.
"""

from __future__ import annotations

import time
import warnings

__all__ = ["Feed", "Source", "count_in"]

_SPAN_S = 0.02


class Source:
    """Passes over some data, in spans of batches. The loops know no other face of it.

    A subclass defines `restart` and `take`, and what of the rest is not as below.
    """

    n_batches = None  # of a pass, an int, or None while it is not known

    def first(self):
        """Return samples of the first batch, to build and check the model with; called once."""
        raise NotImplementedError

    def restart(self):
        """Begin a new pass."""
        raise NotImplementedError

    def take(self, count):
        """Return the next :class:`~.samples.Span` of at most `count` batches, None at the end."""
        raise NotImplementedError

    def position(self):
        """Return where the pass is, as a dict of plain values."""
        raise NotImplementedError

    def resume(self, position):
        """Begin a pass anew and go to where another one was."""
        raise NotImplementedError

    def begin_epoch(self):
        """Called before the first batch of an epoch is taken."""

    def end_epoch(self):
        """Called after the last batch of an epoch."""

    def close(self):
        """Give back what the pass holds, such as threads."""


class Feed:
    """A source cut into epochs as Keras cuts it.

    Without `steps` an epoch is a pass. With `steps` it is that many batches, and a pass goes on
    from one epoch to the next; when it ends within an epoch so does the epoch, with a warning.

    Parameters
    ----------
    source : Source
    steps : int, optional
        Batches an epoch.
    """

    def __init__(self, source, steps=None):
        self.source = source
        self.steps = steps
        self.first = source.first()  # samples of the first batch, still to be taken
        self._under_way = False  # whether a pass is
        self._left = None  # batches of this epoch to come, None: until the pass ends
        self._fresh = True  # whether nothing has been taken in this epoch
        self._count = 1  # batches of the next span

    @property
    def n_batches(self):
        """Batches of an epoch, an int, or None while it is not known."""
        return self.steps or self.source.n_batches

    def begin(self, anew=False):
        """Begin an epoch; with `anew` also a pass."""
        self.source.begin_epoch()
        if anew or self.steps is None or not self._under_way:
            self._restart()
        self._left = self.steps
        self._fresh = True

    def _restart(self):
        self.source.restart()
        self._under_way = True

    def take(self, count):
        """Return the next span of at most `count` batches, or None at the end of the epoch."""
        if self._left is not None:
            count = min(count, self._left)
            if count == 0:
                return None
        span = self.source.take(count)
        if span is None and self._fresh and self.steps is not None:
            self._restart()  # the last epoch had used up its pass
            span = self.source.take(count)
        if span is None:
            self._under_way = False
            if self._left or (self._fresh and self.source.n_batches != 0):
                _warn_out_of_data()
        else:
            self._fresh = False
            if self._left is not None:
                self._left -= span.n_batches
        return span

    def spans(self, one_batch):
        """Yield what is left of the epoch, in spans that take the caller about _SPAN_S."""
        while (span := self.take(1 if one_batch else self._count)) is not None:
            started = time.perf_counter()
            yield span
            elapsed = max(time.perf_counter() - started, 1e-6)
            self._count = max(1, int(span.n_batches * _SPAN_S / elapsed))

    def end(self):
        """End an epoch, whether or not all of it was taken."""
        self.source.end_epoch()

    def position(self):
        """Return where epoch and pass are, as a dict of plain values."""
        return {"under_way": self._under_way, "left": self._left,
                "source": self.source.position()}

    def resume(self, position):
        """Go to where another feed of the same data was."""
        left = None if self.steps is None else count_in(position, "left", self.steps)
        self._under_way, self._left = bool(position["under_way"]), left
        self._fresh = False
        self.source.resume(position["source"])

    def close(self):
        """Give back what the source holds."""
        self.source.close()


def count_in(position, key, most=None):
    """Return a count of a backup, which nobody vouches for: an int of 0 to `most`."""
    count = position[key]
    if isinstance(count, bool) or not isinstance(count, int) or count < 0 or (
            most is not None and count > most):
        limit = "" if most is None else f" of at most {most}"
        raise ValueError(f"expected {key!r} to be a count{limit}. Received: {count!r}.")
    return count


def _warn_out_of_data():
    warnings.warn(
        "Your input ran out of data; interrupting training. Make sure that your dataset or "
        "generator can generate at least `steps_per_epoch * epochs` batches: a generator can be "
        "read only once, arrays and a PyDataset any number of times.",
        stacklevel=7,  # the caller of `fit` or `evaluate`
    )
