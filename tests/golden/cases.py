"""Cases: functions of a library, called with Keras to make a golden file and with fastdense in a
test, that must answer the same: a plain value, or an exception or warning with the same phrase."""

import json
import warnings
from pathlib import Path

import numpy as np

__all__ = ["Cases", "answer"]


class Cases(dict):
    """Name -> (function of the library, phrase of its message or None)."""

    def __call__(self, phrase=None):
        """Add the function under its own name; `phrase` is in the exception or warning."""
        def add(function):
            self[function.__name__] = (function, phrase)
            return function
        return add

    def write(self, library, path):
        """Write what the library answers to a JSON file, unless a phrase is not in its message."""
        golden = {name: answer(function, library) for name, (function, _) in self.items()}
        wrong = [f"{name}: expected {phrase!r}, the library says {golden[name]}"
                 for name, (_, phrase) in self.items()
                 if (phrase is None) != ("message" not in golden[name])
                 or (phrase or "") not in golden[name].get("message", "")]
        if wrong:
            raise SystemExit("\n".join(wrong))
        Path(path).write_text(json.dumps(golden, indent=1) + "\n")

    def compare(self, name, library, golden):
        """Return (the library's answer, the golden one) to a case, without the messages."""
        function, phrase = self[name]
        ours, expected = answer(function, library), dict(golden[name])
        assert (phrase or "") in ours.pop("message", "")  # Keras's own has it, or no golden file
        expected.pop("message", None)
        return ours, expected


def answer(function, library):
    """Call a case; its value, or what it raised and warned, as JSON would give it back."""
    library.utils.clear_session()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = {"value": json.loads(json.dumps(function(library), default=_plain))}
        except Exception as error:  # the judge may raise anything
            result = {"error": type(error).__name__, "message": str(error)}
    warned = [w for w in caught if issubclass(w.category, UserWarning)]
    if warned:
        result["warning"] = type(warned[0].message).__name__
        result.setdefault("message", str(warned[0].message))
    return result


def _plain(value):
    """Shapes and arrays as lists."""
    return np.asarray(value).tolist() if hasattr(value, "__array__") else list(value)
