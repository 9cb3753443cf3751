"""Holding Ctrl-C back for the moment in which weights are written one after the other."""

from __future__ import annotations

import contextlib
import signal
import threading

__all__ = ["held_back"]


@contextlib.contextmanager
def held_back():
    """Let a Ctrl-C that comes during the block count at its end, so that the block is done whole.

    For milliseconds of work. The process's own handler is called, and is in place again afterwards.
    """
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        yield
        return
    came = []
    signal.signal(signal.SIGINT, lambda *details: came.append(details))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(*came[-1])
