"""Looks at what belongs to the process, before and after fastdense is used in it.

As a program, ``python surroundings.py``, it prints for each stage what was not the same.
"""

import atexit
import ctypes
import gc
import json
import locale
import logging
import os
import random
import signal
import sys
import threading
import time
import warnings

import numpy as np


def floating_point_modes():
    """The C library's whole floating-point environment but for the flags of what has happened:
    control words, and on x86-64 MXCSR; on arm64 FPCR."""
    environment = (ctypes.c_uint8 * 256)()
    libm = ctypes.CDLL("libm.so.6")
    libm.fegetenv(environment)
    raw = bytes(environment)
    if os.uname().machine == "x86_64":  # glibc's fenv_t: x87 control word, ..., MXCSR at 28
        return raw[:2].hex(), int.from_bytes(raw[28:32], "little") & ~0x3F
    return raw[:4].hex()


def openmp():
    """What OpenMP was told, as this thread sees it."""
    names = ("omp_get_max_threads", "omp_get_dynamic", "omp_get_max_active_levels",
             "omp_get_thread_limit", "omp_get_cancellation", "omp_get_proc_bind")
    library = ctypes.CDLL("libgomp.so.1")
    schedule = (ctypes.c_int * 2)()
    library.omp_get_schedule(schedule, ctypes.byref(schedule, 4))
    return {**{name: getattr(library, name)() for name in names}, "schedule": list(schedule)}


def look():
    """Everything that a guest must leave as it was, as a dict of texts."""
    np.empty(3)  # nothing below may be the first of its kind
    found = {
        "floating point": floating_point_modes(),
        "subnormal numbers": (float(np.float32(1e-45) * np.ones(1, "f4")[0]), 5e-324 * 1.0),
        "OpenMP": openmp(),
        "signal handlers": [signal.getsignal(n) for n in signal.valid_signals()],
        "signal mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "wakeup": _wakeup(),
        "environment": dict(os.environ),
        "warnings": list(warnings.filters),
        "numpy's random numbers": [part.tolist() if isinstance(part, np.ndarray) else part
                                   for part in np.random.get_state()],
        "Python's random numbers": random.getstate(),
        "numpy's errors": np.geterr(),
        "numpy's printing": np.get_printoptions(),
        "folder": os.getcwd(),
        "umask": _umask(),
        "locale": locale.setlocale(locale.LC_ALL),
        "sys.path": list(sys.path),
        "hooks": [sys.excepthook, sys.displayhook, threading.excepthook, sys.unraisablehook,
                  sys.gettrace(), sys.getprofile(), list(sys.meta_path), list(sys.path_hooks)],
        "streams": [sys.stdin, sys.stdout, sys.stderr],
        "switch interval": sys.getswitchinterval(),
        "recursion limit": sys.getrecursionlimit(),
        "garbage collector": (gc.isenabled(), gc.get_threshold(), len(gc.callbacks)),
        "at exit": atexit._ncallbacks(),
        "logging": (list(logging.root.handlers), logging.root.level, logging.raiseExceptions),
        "open files": sorted(os.listdir("/proc/self/fd")),
        "affinity": sorted(os.sched_getaffinity(0)),
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "Python threads": [thread.name for thread in threading.enumerate()],
    }
    return {name: repr(value) for name, value in found.items()}


def _wakeup():
    before = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before)
    return before


def _umask():
    before = os.umask(0o22)
    os.umask(before)
    return before


def differences(before, names=None):
    now = look()
    return [f"{name}: {before[name]} -> {now[name]}" for name in names or before
            if before[name] != now[name]]


# -- the stages ------------------------------------------------------------------------------------


def model():
    import fastdense as keras

    made = keras.Sequential([
        keras.layers.Dense(300, "relu"), keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.2), keras.layers.Dense(300, "tanh"), keras.layers.Dense(10)])
    made.compile("rmsprop", "mse", metrics=["mae"])
    return made


X = np.random.default_rng(0).normal(size=(512, 300)).astype("f4")
TINY = np.full((512, 300), 1e-42, "f4")  # subnormal: slow, and zero inside the engine


def fit():
    trained = model()
    trained.fit(X, X[:, :10], batch_size=128, epochs=3, verbose=0, validation_split=0.1)
    trained.fit(TINY, TINY[:, :10], batch_size=128, verbose=0)
    trained.evaluate(X, X[:, :10], verbose=0)
    trained.predict(X)


def overflow():
    """What overflows and divides by zero in the engine raises no flag that NumPy would tell of."""
    trained = model()
    x, y = X * np.float32(1e30), X[:, :10] * np.float32(1e37)
    with np.errstate(all="raise"):
        trained.fit(x, y, epochs=2, verbose=0)
        trained.predict(np.full((3, 300), np.nan, "f4"))
        assert (x[0] + x[1] > 0).any()  # NumPy finds no flag that was raised in the engine


def exception():
    import fastdense as keras

    def fail(batch, logs):
        raise ZeroDivisionError

    for wrong in (lambda: model().fit(X, X, verbose=0),
                  lambda: model().fit(X, X[:, :10], verbose=0, callbacks=[
                      keras.callbacks.LambdaCallback(on_train_batch_end=fail)])):
        try:
            wrong()
        except (ValueError, ZeroDivisionError):
            continue
        raise AssertionError("no exception")


def ctrl_c():
    trained = model()
    trained.predict(X)
    alarm = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
    try:
        alarm.start()
        trained.fit(X, X[:, :10], epochs=10**6, verbose=0)
    except KeyboardInterrupt:
        alarm.join()
        return
    raise AssertionError("no interrupt")


def other_threads():
    trained = model()
    trained.predict(X)
    found = []

    def work():
        before = floating_point_modes()
        trained.predict(X)
        found.append(before == floating_point_modes())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 3, found


def import_it():
    import fastdense as keras

    for name in keras.__all__:  # nothing is imported before it is asked for
        getattr(keras, name)


STAGES = (import_it, fit, overflow, exception, ctrl_c, other_threads, fit)


def main():
    before = look()
    changed = {}
    for stage in STAGES:
        stage()
        changed.setdefault(stage.__name__, []).extend(differences(before))
    import fastdense as keras

    time.sleep(0.01)
    changed["no more threads than asked for"] = [] if len(os.listdir("/proc/self/task")) <= (
        16 + 2 * keras.config.get_num_threads()) else os.listdir("/proc/self/task")
    print(json.dumps(changed))


if __name__ == "__main__":
    main()
