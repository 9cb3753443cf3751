"""Fails one allocation after the other within an operation: run as a program under faults.c.

``python inject.py N OPERATION...``: the operation runs with its first allocation failing, then with
its second, up to the N-th or until none is left. Each time it must raise MemoryError, or what
another library says instead, or have done its work all the same; the model must be as it was before
or as it is after the operation, to the bit; and the operation, done again, must work. Anything else
is printed and ends the program. A model that builds itself on its first data may have done so.
"""

import ctypes
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

from promises.allocation.operations import OPERATIONS, X, keep

FAULTS = ctypes.PyDLL(None)  # whose functions keep the interpreter's lock: they take nanoseconds


def state(model):
    """Everything that a model has learned, as bytes: weights, statistics, the optimizer's state;
    that of one which has taken no step is nothing, whether or not it has been made."""
    variables = model.variables if model.built else []
    began = model.optimizer is not None and int(model.optimizer.iterations) > 0
    optimizer = model.optimizer.variables if began else []
    return [v.numpy().tobytes() for v in (*variables, *optimizer)]


def built(model):
    if not model.built:
        model.build((None, X.shape[1]))
    return model


def attempt(operation, model, folder, n):
    """Run with the n-th allocation failing; return (whether one failed, the error or None)."""
    error, work = None, operation.work
    try:
        FAULTS.faults_arm(ctypes.c_long(n))
        work(model, folder)
    except BaseException as caught:
        error = caught
    return bool(FAULTS.faults_disarm()), error


def is_strangers(error):
    """Whether NumPy, HDF5 or safetensors tell in their own way that they got no memory."""
    while error.__context__ is not None:
        error = error.__context__
    if isinstance(error, SystemError):  # NumPy's iterators
        return "without" in str(error) and "exception" in str(error)
    frames = traceback.extract_tb(error.__traceback__)
    return any(f"/{package}/" in frame.filename or frame.filename.startswith(f"{package}/")
               for package in ("numpy", "h5py", "safetensors") for frame in frames[-1:])


def inject(name, folder, most):
    """Return how many allocations failed, and in how many cases the work was done all the same."""
    operation, failures, absorbed = OPERATIONS[name], 0, 0
    before = [state(operation.make()), state(built(operation.make()))]
    reference = operation.make()
    operation.work(reference, folder)
    after = state(reference)
    for n in range(1, most + 1):
        model = operation.make()
        failed, error = attempt(operation, model, folder, n)
        if not failed and error is None:
            break
        failures += 1
        absorbed += error is None
        if error is not None and not isinstance(error, MemoryError) and not is_strangers(error):
            raise AssertionError(f"allocation {n} of {name}: not a MemoryError") from error
        if state(model) not in (*before, after):
            raise AssertionError(f"allocation {n} of {name}: the model has changed") from error
        error = None
        operation.work(model, folder)  # usable
        model.predict(X, verbose=0)
        if len(state(model)) != len(after):
            raise AssertionError(f"allocation {n} of {name}: variables come twice")
    left = [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]
    if left:
        raise AssertionError(f"{name} left {left}")
    return failures, absorbed


def main(most, names):
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        keep(folder)
        for name in names:
            failures, absorbed = inject(name, folder, most)
            print(name, failures, absorbed, sep=": ", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or list(OPERATIONS))
