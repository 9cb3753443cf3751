"""How much a run of the bars measures, and what its bars share."""

from __future__ import annotations

from contextlib import contextmanager

import digits
import peak
import work
from session import Session

__all__ = ["BOOK", "Run"]

BOOK = digits.BOOK


class Run:
    """A run: `quick` shortens everything, to see that the programs work.

    `folder` is where the data lie that the peers read.
    """

    def __init__(self, folder, quick=False):
        import fastdense

        self.folder, self.quick = folder, quick
        self.threads = min(peak.cpus(), fastdense.config.get_num_threads())
        self.notes, self.versions = [], {}

    def rounds(self, n):
        """Return how often to go round for `n` rounds."""
        return 1 if self.quick else n

    def rows(self, n, batch=128):
        """Return the rows of an epoch, whole batches, for `n`."""
        n = max(1, n // 10) if self.quick else n
        return max(1, n // batch) * batch

    def budget(self, seconds=0.15):
        """Return how long to time the calls of one peer in one round."""
        return 0.02 if self.quick else seconds

    @contextmanager
    def session(self, *peers, level=None):
        """Hold a session of fastdense and these peers; its notes end up here."""
        with Session(["ours", *peers], level=level) as session:
            self.versions |= session.versions
            try:
                yield session
            finally:
                self.notes += [f"skipped: {m} ({why})" for m, why in session.skipped.items()]
                self.notes += session.notes

    def book(self, n=60_000):
        """Return the net of the book on Gaussian data."""
        return work.Net(BOOK, 128, self.rows(n))

    def digits(self):
        """Return the net of the book on MNIST."""
        net, named = digits.store(self.folder, 6_000 if self.quick else 60_000)
        if not named.startswith("MNIST,"):
            self.notes.append(f"MNIST could not be had: {named} stand for it")
        return net
