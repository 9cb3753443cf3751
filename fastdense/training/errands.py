"""Long calls of the engine, made by another thread so that this one hears Ctrl-C at once.

Python raises KeyboardInterrupt in the main thread, between two of its own instructions: a call that
takes a second would keep it back for a second. Whoever waits for an `Errand` leaves at once when it
comes. The call itself is never cut short: a step of training is taken to its end, or not begun.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from fastdense.kernels import cpu
from fastdense.utils.held import held_back

if TYPE_CHECKING:
    from typing import Any

__all__ = ["LONG", "Errand", "is_long", "parts"]

# Operations for each thread: some 10 ms of AVX-512, 70 ms of the baseline. To hand a call over
# costs about 0.1 ms, so that nothing is to be seen of it in calls that are worth it.
LONG = 1e9
_LISTEN_S = 0.005  # a signal just before the waiting begins, or to another thread, ends it not

# How long a worker waits for the next errand. It has OpenMP threads of its own. To make them costs
# 0.1 ms, and until the system has found a CPU for each some 4 ms: with a worker for each, steps of
# 13 ms took 17. But while they exist there are more of them than CPUs, and then OpenMP (libgomp)
# has all threads of the process sleep, not spin, between two regions: predictions that take 24 us
# took 56 (2 cores, 2026-11).
_LINGER_S = 0.5

_idle: list[Any] = []  # workers
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a child has none of them


def is_long(work):
    """Whether a call of so many operations may keep a Ctrl-C waiting.

    Only the main thread is told of signals, so that elsewhere nothing is gained.
    """
    return (work > LONG and work > LONG * cpu.get_thread_limit()
            and threading.current_thread() is threading.main_thread())


def parts(first, last, batch, work):
    """Yield (first, last) of parts of some samples: whole batches, so many that a part is long.

    An errand that leaves the weights alone goes part by part, to end soon after it is abandoned.
    """
    step = batch * max(1, int(10 * LONG / (work * batch)))
    for start in range(first, last, step):
        yield start, min(start + step, last)


class Errand:
    """A call under way on another thread.

    Parameters
    ----------
    call : callable
        ``call(errand)`` on the other thread.
    """

    def __init__(self, call):
        self.abandoned = False  # set by who has left without waiting for the end
        self.started = self.done = False
        self._call = call
        self._error = None
        self._threads = cpu.get_thread_limit()  # of this thread: OpenMP has one for each
        self._bell = threading.Lock()
        self._bell.acquire()
        self._worker = None
        self._process = os.getpid()

    def start(self):
        """Have another thread begin."""
        with held_back():  # or nobody knows whether the call will be made
            self._worker = _free_worker()
            self._worker.send(self)
            self.started = True

    def wait(self):
        """Wait for the end of the call; raise what it raised."""
        # A forked child has the errand, but not the thread that runs it. The thread is not to be
        # asked whether it is alive: after a Ctrl-C within `is_alive`, one of Python 3.11 says no.
        while not self.done and self._process == os.getpid():
            self._bell.acquire(timeout=_LISTEN_S)
        if self._error is not None:
            raise self._error

    def run(self):
        """Make the call: what the worker does."""
        cpu.limit_this_thread(self._threads)
        try:
            self._call(self)
        except BaseException as error:
            self._error = error
        self._call = None  # with the arrays in it
        _idle.append(self._worker)
        self.done = True
        self._bell.release()


class _Worker(threading.Thread):
    """Runs one errand after the other, and ends when no more come."""

    def __init__(self):
        super().__init__(name="fastdense", daemon=True)
        self._bell = threading.Lock()
        self._bell.acquire()
        self._errand = None
        self.start()

    def send(self, errand):
        self._errand = errand
        self._bell.release()

    def run(self):
        while self._is_sent_one():
            errand, self._errand = self._errand, None
            errand.run()
            del errand

    def _is_sent_one(self):
        """Wait for an errand; False when none has come for a while."""
        if self._bell.acquire(timeout=_LINGER_S):
            return True
        try:
            _idle.remove(self)
        except ValueError:  # somebody has just taken this worker, to send it one
            return self._bell.acquire()
        return False


def _free_worker():
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()
