"""Write signatures.json: the public names of Keras 3, module by module, with their signatures.

What is no class or function has null; the methods of the classes that users derive from, or hold
an object of, are under "module.Class".

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_signatures.py
"""

import inspect
import json
import operator
from pathlib import Path

MODULES = [
    "", "activations", "callbacks", "config", "constraints", "datasets", "datasets.mnist",
    "dtype_policies", "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers",
    "optimizers.schedules", "random", "regularizers", "saving", "utils",
]
CLASSES = [
    "DTypePolicy", "KerasTensor", "Layer", "Sequential", "Variable", "callbacks.Callback",
    "callbacks.CallbackList", "constraints.Constraint", "initializers.Initializer", "losses.Loss",
    "metrics.Metric", "optimizers.Optimizer", "optimizers.schedules.LearningRateSchedule",
    "random.SeedGenerator", "regularizers.Regularizer", "utils.Progbar", "utils.PyDataset",
]


def find(library, name):
    """The module or object of a dotted name; the library itself for ""."""
    return operator.attrgetter(name)(library) if name else library


def signature(thing):
    """The signature of a class or function as text, or None."""
    if not callable(thing):
        return None
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    parameters = [p.replace(annotation=p.empty) for p in found.parameters.values()]
    return str(inspect.Signature(parameters))


def methods(cls):
    """The signatures of the public methods of a class, without `self`."""
    found = {}
    for name in dir(cls):
        method = inspect.getattr_static(cls, name)
        kinds = (classmethod, staticmethod, type(methods))
        if name.startswith("_") or not isinstance(method, kinds):
            continue
        text = signature(getattr(cls, name))
        found[name] = text.replace("(self, ", "(").replace("(self)", "()") if text else None
    return found


def main():
    import keras

    golden = {"modules": {}, "classes": {}}
    for module in MODULES:
        inside = find(keras, module)
        golden["modules"][module] = {
            name: signature(getattr(inside, name)) for name in dir(inside)
            if not name.startswith("_")}
    golden["classes"] = {name: methods(find(keras, name)) for name in CLASSES}
    text = json.dumps(golden, indent=0, sort_keys=True)
    Path(__file__).with_name("signatures.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
