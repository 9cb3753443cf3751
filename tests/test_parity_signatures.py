"""Every public name that Keras and fastdense share takes the same arguments, in order, with the
same defaults (golden/signatures.json)."""

import json
from pathlib import Path

import pytest
from golden.make_signatures import find, methods, signature

import fastdense

GOLDEN = json.loads((Path(__file__).parent / "golden" / "signatures.json").read_text())

ONE_DEVICE = "There is one device: nothing is aggregated over replicas or laid out on a mesh"
INTO = "`out=` takes an array to write into, as NumPy's functions do"
STRICT = "Unknown keywords are an error at once"

DIFFERENT = {
    "KerasTensor": STRICT,
    "Layer.add_weight": "Keras's wrapper hides that `shape` may be positional",
    "Sequential.add_weight": "Keras's wrapper hides that `shape` may be positional",
    "Sequential.call": "There are no masks, for no layer makes one",
    "Variable": STRICT,
    "ops.add": "The same two arguments by other names",
    "ops.matmul": INTO,
    "ops.relu": INTO,
    "ops.sigmoid": INTO,
    "ops.softmax": INTO,
    "ops.tanh": INTO,
    "optimizers.Optimizer.add_variable": ONE_DEVICE,
    "random.SeedGenerator": STRICT,
    "saving.load_weights": STRICT,
    "saving.save_weights": STRICT,
    "utils.Progbar": "Ten drawings a second are enough for the eye, and spare the terminal",
}

# What Keras says when its own machinery hides the arguments; there is nothing to compare.
HIDDEN = (None, "(*args, **kwargs)")


def shared():
    """(name, Keras's signature, ours) of all that both have."""
    for module, names in GOLDEN["modules"].items():
        try:
            ours = find(fastdense, module)
        except AttributeError:
            continue
        for name, text in names.items():
            if text not in HIDDEN and hasattr(ours, name):
                yield f"{module}.{name}".lstrip("."), text, signature(getattr(ours, name))
    for cls, names in GOLDEN["classes"].items():
        try:
            ours = methods(find(fastdense, cls))
        except AttributeError:
            continue
        for name, text in names.items():
            if text not in HIDDEN and name in ours:
                yield f"{cls}.{name}", text, ours[name]


@pytest.mark.parametrize(("name", "keras_has", "ours"), list(shared()), ids=lambda text: text
                         if text[:1] != "(" else "")
def test_signature(name, keras_has, ours):
    assert (ours == keras_has) == (name not in DIFFERENT), f"{name}: stale or no reason"


def test_there_is_something_to_compare():
    names = [name for name, _, _ in shared()]
    assert len(names) > 250 and set(DIFFERENT) <= set(names)
