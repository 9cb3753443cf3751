"""Fails one allocation after the other within an operation: run as a program under faults.c.

``python inject.py N OPERATION...``: the operation runs with its first allocation failing, then with
its second, up to the N-th or until none is left. Each time it must raise MemoryError, or what
another library says instead, or have done its work all the same; the model must be as it was before
or as it is after the operation, to the bit; and the operation, done again, must work. Anything else
is printed and ends the program.
"""

import ctypes
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import numpy as np

import fastdense as keras

FAULTS = ctypes.PyDLL(None)  # whose functions keep the interpreter's lock: they take nanoseconds
X = np.random.default_rng(0).normal(size=(240, 6)).astype(np.float32)
Y = np.arange(240) % 3


def model_of(built=True, compiled=True):
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(70, activation="relu"), keras.layers.Dropout(0.2, seed=1),
              keras.layers.BatchNormalization(), keras.layers.Dense(3, activation="softmax")]
    model = keras.Sequential([keras.Input((6,))] * built + layers)
    if compiled:
        compile_it(model)
    return model


def compile_it(model):
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])


def trained():
    model = model_of()
    model.fit(X, Y, verbose=0)
    return model


def state(model):
    """Everything that a model has learned, as bytes: weights, statistics, the optimizer's state;
    that of one which has taken no step is nothing, whether or not it has been made."""
    variables = model.variables if model.built else []
    began = model.optimizer is not None and int(model.optimizer.iterations) > 0
    optimizer = model.optimizer.variables if began else []
    return [v.numpy().tobytes() for v in (*variables, *optimizer)]


class Operation:
    """What is done, to what, and what shows that it works: `work(model, folder)`."""

    def __init__(self, work, make=trained, files=()):
        self.work, self.make, self.files = work, make, files


def load_from(ending, load=keras.models.load_model):
    return Operation(lambda model, folder: load(folder / f"kept{ending}"))


OPERATIONS = {
    "predict": Operation(lambda model, folder: model.predict(X, verbose=0)),
    "first predict": Operation(lambda model, folder: model.predict(X, verbose=0), model_of),
    "evaluate": Operation(lambda model, folder: model.evaluate(X, Y, verbose=0)),
    "fit": Operation(lambda model, folder: model.fit(X, Y, batch_size=240, verbose=0)),
    "first fit": Operation(lambda model, folder: model.fit(X, Y, batch_size=240, verbose=0),
                           model_of),
    "train_on_batch": Operation(lambda model, folder: model.train_on_batch(X, Y)),
    "compile": Operation(lambda model, folder: compile_it(model)),
    "build": Operation(lambda model, folder: model.build((None, 6)),
                       lambda: model_of(built=False)),
    "set_weights": Operation(
        lambda model, folder: model.set_weights([w + 1 for w in model.get_weights()])),
    "save .keras": Operation(lambda model, folder: model.save(folder / "it.keras")),
    "save .safetensors": Operation(lambda model, folder: model.save(folder / "it.safetensors")),
    "load .keras": load_from(".keras"),
    "load .safetensors": load_from(".safetensors"),
    "load_weights": Operation(
        lambda model, folder: model.load_weights(folder / "kept.weights.h5")),
    "to_json": Operation(lambda model, folder: keras.models.model_from_json(model.to_json())),
    "clone": Operation(lambda model, folder: keras.models.clone_model(model)),
}


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
    before = state(operation.make())
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
        if state(model) not in (before, after):
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
        model, folder = trained(), Path(folder)
        for ending in (".keras", ".safetensors"):
            model.save(folder / f"kept{ending}")
        model.save_weights(folder / "kept.weights.h5")
        for name in names:
            failures, absorbed = inject(name, folder, most)
            print(name, failures, absorbed, sep=": ", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or list(OPERATIONS))
