"""Bar 2: the whole fit of five epochs on MNIST in a fresh process, compilation included."""

from __future__ import annotations

from .check import Found, faster, times

TITLE = "the same, whole 5-epoch `fit`, first-call costs included"
LIMITS = {"keras_jax": 2.5}


def measure(run):
    with run.session(*LIMITS) as session:
        seconds = session.fits(run.digits(), 5, run.rounds(4))
        return Found(faster(session, seconds, LIMITS), [times(session, seconds)])
