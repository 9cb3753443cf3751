"""Memory, seen from a process of its own: ``run("fit", ...)`` starts one and returns its answer."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["AVAILABLE", "allowed", "run"]

AVAILABLE = os.path.exists("/proc/self/clear_refs")
BENCH = Path(__file__).resolve().parents[1]
EPOCHS = 4
SLACK = 16e6  # bytes for everything that does not grow with net or data


def run(what, **arguments):
    """Return the answer of ``fit`` or ``predicts`` below, called in a fresh process."""
    command = [sys.executable, __file__, what, json.dumps(arguments)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if answer.returncode:
        raise RuntimeError((answer.stderr.strip().splitlines() or ["the probe died"])[-1])
    return json.loads(answer.stdout)


def allowed(sizes, batch, data, slots=1):
    """Return the bytes that a fit may take: data, parameters and slots, two batches, 16 MB."""
    parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    return data + 4 * (parameters * (1 + slots) + 2 * batch * sum(sizes)) + SLACK


def memory(field):
    """Return VmRSS (now) or VmHWM (the most since `forget_peak`) of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise KeyError(field)


def forget_peak():
    """Let VmHWM start again from now."""
    Path("/proc/self/clear_refs").write_text("5")


def model_of(sizes, dtype="float32"):
    import fastdense
    from fastdense import layers

    stack = [fastdense.Input((sizes[0],))]
    if dtype == "uint8":
        stack.append(layers.Rescaling(1 / 255))
    stack += [layers.Dense(n, activation="relu") for n in sizes[1:-1]]
    model = fastdense.Sequential([*stack, layers.Dense(sizes[-1], activation="softmax")])
    model.compile("rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(sizes, batch, n, dtype="float32"):
    """Return the peak of a fit in bytes above the imported library, and page faults a step."""
    import resource

    import numpy as np

    import fastdense

    before = memory("VmRSS")
    rng = np.random.default_rng(0)
    x, y = np.empty((n, sizes[0]), dtype), rng.integers(sizes[-1], size=n)
    for i in range(0, n, 1000):  # in pieces: making the data must not be what takes most
        x[i:i + 1000] = rng.integers(256, size=x[i:i + 1000].shape, dtype="uint8")
    if dtype != "uint8":
        x /= 255
    model, faults = model_of(sizes, dtype), []
    clock = fastdense.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: faults.append(
        resource.getrusage(resource.RUSAGE_SELF).ru_minflt))
    forget_peak()
    model.fit(x, y, batch_size=batch, epochs=EPOCHS, verbose=0, callbacks=[clock])
    steps = (EPOCHS - 1) * -(-n // batch)
    return {"peak": memory("VmHWM") - before, "data": x.nbytes + y.nbytes,
            "faults": (faults[-1] - faults[0]) / steps}


def predicts(sizes, calls):
    """Return by how many bytes the process has grown after so many predictions of one row."""
    import numpy as np

    model, x = model_of(sizes), np.ones((1, sizes[0]), "float32")
    for _ in range(1000):
        model.predict(x)
    before = memory("VmRSS")
    for _ in range(calls):
        model.predict(x)
    return {"growth": memory("VmRSS") - before}


if __name__ == "__main__":
    sys.path.insert(0, str(BENCH.parent))  # the checkout's fastdense, as the caller's
    print(json.dumps({"fit": fit, "predicts": predicts}[sys.argv[1]](**json.loads(sys.argv[2]))))
