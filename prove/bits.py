"""Digests of all that small trainings leave behind, to compare two machines to the bit.

    FASTDENSE_MAX_ISA=avx2 python prove/bits.py > here.json     on x86-64
    python prove/bits.py > there.json                           on arm64 (prove/arm.sh emulates one)
    python prove/bits.py here.json there.json                   names the cases that differ

FASTDENSE_BITS_EVERY=7 runs every seventh case only.

Data and first weights are made of uniform random numbers by operations that IEEE 754 defines to
the bit, so that a difference can only come from the engine.
"""

import functools
import hashlib
import itertools
import json
import os
import platform
import sys
from pathlib import Path

import numpy as np

import fastdense as fd
from fastdense import activations, layers, losses, optimizers

N_CLASSES = 10
BATCH = 37  # leaves a last batch of other size, and full and partial tiles


def uniform(seed, *shape):
    """From -1 to 1."""
    return np.random.default_rng(seed).random(shape) * 2 - 1


def digest(arrays):
    found = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:16]


def targets(loss, seed, rows, width):
    """What a loss is given for outputs (rows, width), in its own form."""
    kind = loss.rule.kind
    labels = np.random.default_rng(seed).integers(0, width, (rows, 1))
    if kind == "sparse_categorical_crossentropy":
        return labels
    one_hot = (np.arange(width) == labels).astype("float64")
    return one_hot if "crossentropy" in kind else one_hot + uniform(seed, rows, width)


def trained(stack, n_in, loss=None, optimizer=None, rows=150, batch=BATCH, density=1.0):
    """Train, evaluate and predict; return the digests of what each of them gave."""
    loss = loss or losses.SparseCategoricalCrossentropy()
    model = fd.Sequential([layers.Input((n_in,)), *stack])
    model.compile(optimizer or optimizers.RMSprop(), loss, metrics=["accuracy"])
    model.set_weights([first_weight(i, w) for i, w in enumerate(model.get_weights())])
    x = uniform(1, rows, n_in)
    x *= np.random.default_rng(2).random(x.shape) < density
    x, y = x.astype(fd.config.floatx()), targets(loss, 3, rows, N_CLASSES)
    history = model.fit(x, y, batch_size=batch, epochs=2, shuffle=False, verbose=0).history
    weights = model.get_weights()
    if not all(np.isfinite(array).all() for array in weights):
        raise SystemExit("bits: a training has left the finite numbers, and proves nothing.")
    return {
        "weights": digest(weights),
        "optimizer": digest([np.asarray(v) for v in model.optimizer.variables]),
        "history": digest([history[name] for name in sorted(history)]),
        "evaluate": digest([model.evaluate(x, y, batch_size=batch, verbose=0)]),
        "predict": digest([model.predict(x, batch_size=rows, verbose=0)]),
    }


def first_weight(seed, like):
    scale = 1.0 if like.ndim < 2 else 2.0 ** -round(np.log2(like.shape[0]) / 2)
    found = uniform(seed, *like.shape) * scale
    return (found if like.ndim > 1 else found / 4 + 0.5).astype(like.dtype)


def classifier(*sizes, activation="relu", before=()):
    hidden = [layers.Dense(n, activation) for n in sizes]
    return [*before, *hidden, layers.Dense(N_CLASSES, "softmax")]


SHAPES = [  # (inputs, hidden units, rows, batch): around tiles, panels and passes of every level
    *((n, [n], 2 * n, n) for n in (1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 31, 32, 33, 65)),
    (784, [512], 256, 128), (2500, [40], 60, 33), (100, [70, 33], 200, 64),
    (20, [300, 5, 130], 90, 1),
]
OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(0.1),
    "momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": optimizers.RMSprop,
    "rmsprop_centered": lambda: optimizers.RMSprop(momentum=0.5, centered=True),
    "adagrad": optimizers.Adagrad,
    "adadelta": lambda: optimizers.Adadelta(1.0),
    "adam": optimizers.Adam,
    "amsgrad": lambda: optimizers.Adam(amsgrad=True),
    "adamw": lambda: optimizers.AdamW(weight_decay=0.01),
    "adamax": optimizers.Adamax,
    "nadam": optimizers.Nadam,
    "lion": optimizers.Lion,
    "clipped": lambda: optimizers.SGD(0.1, global_clipnorm=0.1),
    "schedule": lambda: optimizers.Adam(optimizers.schedules.CosineDecay(0.01, 10)),
}
LOSSES = {
    "sparse": losses.SparseCategoricalCrossentropy,
    "categorical": losses.CategoricalCrossentropy,
    "smoothed": lambda: losses.CategoricalCrossentropy(label_smoothing=0.1),
    "binary": losses.BinaryCrossentropy,
    "mean_squared_error": losses.MeanSquaredError,
    "mean_absolute_error": losses.MeanAbsoluteError,
    "huber": lambda: losses.Huber(0.3),
    "log_cosh": losses.LogCosh,
}
STACKS = {
    "batch_normalization": layers.BatchNormalization,
    "layer_normalization": layers.LayerNormalization,
    "prelu": layers.PReLU,
    "dropout": lambda: layers.Dropout(0.4, seed=5),
    "alpha_dropout": lambda: layers.AlphaDropout(0.4, seed=5),
    "gaussian_noise": lambda: layers.GaussianNoise(0.4, seed=5),
    "gaussian_dropout": lambda: layers.GaussianDropout(0.4, seed=5),
    "penalty": lambda: layers.ActivityRegularization(0.1, 0.2),
}


def cases():
    """Yield (name, function that returns digests), the same on every machine."""
    for n_in, sizes, rows, batch in SHAPES:
        name = f"shape {n_in}-{'-'.join(map(str, sizes))} batch {batch}"
        yield name, lambda a=(n_in, sizes, rows, batch): trained(
            classifier(*a[1]), a[0], rows=a[2], batch=a[3])
    for density, skip in itertools.product((0.0, 0.1, 0.5), (True, False)):
        # of two scalings the gather takes one: the dense layer is then no first stage, and no zero
        # is skipped
        before = () if skip else (layers.Rescaling(1.0), layers.Rescaling(1.0))
        yield f"zeros {density} {'skipped' if skip else 'multiplied'}", lambda a=(
            density, before): trained(classifier(96, before=a[1]), 300, density=a[0])
    for name in sorted(activations.RULES):
        arguments = {"threshold": 0.1, "default_value": 0.2} if name == "threshold" else {}
        function = functools.partial(getattr(activations, name), **arguments)
        yield f"activation {name}", lambda function=function: trained(
            classifier(33, 31, activation=function), 29)
    for name, loss in LOSSES.items():
        for last in ("softmax", "sigmoid", "linear", "softplus"):
            yield f"loss {name} of {last}", lambda a=(loss, last): trained(
                [layers.Dense(21, "tanh"), layers.Dense(N_CLASSES, a[1])], 29, loss=a[0]())
    for name, optimizer in OPTIMIZERS.items():
        yield f"optimizer {name}", lambda optimizer=optimizer: trained(
            classifier(45, activation="tanh"), 29, optimizer=optimizer())
    for name, layer in STACKS.items():
        yield f"layer {name}", lambda layer=layer: trained(
            [layers.Dense(45, "tanh"), layer(), layers.Dense(N_CLASSES, "softmax")], 29)


def report():
    found = {}
    every = int(os.environ.get("FASTDENSE_BITS_EVERY", "1"))
    for dtype in ("float32", "float64"):
        fd.config.set_floatx(dtype)
        for name, run in itertools.islice(cases(), 0, None, every):
            found |= {f"{dtype} {name}: {what}": bits for what, bits in run().items()}
    return {"machine": f"{platform.machine()} {fd.config.instruction_set()}", "digests": found}


def compare(here, there):
    """Return a line that says how many digests agree, and the names of those that do not."""
    one, other = (report["digests"] for report in (here, there))
    names = one.keys() | other.keys()
    differ = sorted(name for name in names if one.get(name) != other.get(name))
    return (f"{len(names) - len(differ)} of {len(names)} digests of {here['machine']} and "
            f"{there['machine']} agree"), differ


def main(files):
    if not files:
        json.dump(report(), sys.stdout, indent=0)
        return 0
    line, differ = compare(*(json.loads(Path(file).read_text()) for file in files))
    print(*differ, line, sep="\n")
    return bool(differ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
