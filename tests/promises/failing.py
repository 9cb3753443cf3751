"""Saves while the disk fails, at each call in turn: ``failing.py FOLDER NAME``, with failing.c.

Prints the number of calls that a saving makes, after checking what every failure left behind.
"""

import ctypes
import os
import sys

import numpy as np
from promises import saving_again

import fastdense as keras


def main(folder, name):
    disk = ctypes.CDLL(None)  # the process itself, with what was preloaded
    path = os.path.join(folder, name)
    model = saving_again.build()
    save = model.save_weights if name.endswith(".weights.h5") else model.save
    saving_again.fill(model, 1)
    save(path)
    with open(path, "rb") as file:
        old = file.read()
    saving_again.fill(model, 2)
    disk.fault_at(10**6)
    save(path)
    calls = disk.fault_seen()
    for arm in (disk.fault_after, disk.fault_at):
        for k in range(1, calls + 1):
            replace(path, old)
            arm(k)
            try:
                save(path)
                error = None
            except OSError as raised:
                error = raised
            arm(0)
            with open(path, "rb") as file:
                left = file.read()
            assert isinstance(error, OSError) and error.errno == 28, (k, error)
            # After the renaming only the folder is synchronized: the new file is there, whole.
            assert left == old or k == calls, k
            assert os.listdir(folder) == [name], os.listdir(folder)
            assert saving_again.number_in(model) == 2 and np.isfinite(model.predict(X)).all()
    save(path)
    assert saving_again.number_in(loaded(path)) == 2
    print(calls)


def replace(path, data):
    with open(path, "wb") as file:
        file.write(data)


def loaded(path):
    """The model in a file, of whatever format."""
    if not path.endswith(".weights.h5"):
        return keras.saving.load_model(path)
    model = saving_again.build()
    model.load_weights(path)
    return model


X = np.ones((3, 30), "f4")

if __name__ == "__main__":
    main(*sys.argv[1:])
