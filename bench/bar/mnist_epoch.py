"""Bar 1: a steady epoch of the book's net on MNIST; shuffle, loss, accuracy and History on."""

from __future__ import annotations

from .check import Found, faster, times

TITLE = "MNIST, 784-512-10, batch 128, RMSprop: steady epoch of `fit`"
LIMITS = {"jax_scan": 2.0, "torch_eager": 4.0, "keras_tensorflow": 4.0}


def measure(run):
    with run.session(*LIMITS) as session:
        seconds = session.epochs(run.digits(), run.rounds(6))
        return Found(faster(session, seconds, LIMITS), [times(session, seconds)])
