"""What callbacks remember of a training, so that another process can go on with it.

A callback may say itself what that is, by methods ``get_state()``, which returns a dict, and
``set_state(state)``. Of all others it is the attributes that have changed since training began and
hold numbers, texts, arrays, and lists and dicts of these: best values, counts, histories.
"""

from __future__ import annotations

import collections
import copy
import numbers

import numpy as np

__all__ = ["Snapshot"]

_NOT_STATE = ("_model", "model", "params")
_PLAIN = (type(None), bool, int, float, str, np.ndarray, np.generic)


class Snapshot:
    """The state of callbacks, measured against what they were at the start.

    Parameters
    ----------
    callbacks : list of Callback
        After their `on_train_begin`.
    """

    def __init__(self, callbacks):
        self.callbacks = _by_name(callbacks)
        self.before = {name: copy.deepcopy(_attributes(callback))
                       for name, callback in self.callbacks.items()}

    def take(self):
        """Return name of the callback -> its state, a dict."""
        return {name: callback.get_state() if hasattr(callback, "get_state") else
                {key: value for key, value in _attributes(callback).items()
                 if key not in self.before[name] or not _same(value, self.before[name][key])}
                for name, callback in self.callbacks.items()}

    def restore(self, states):
        """Put back what :meth:`take` returned; a callback that was not there begins anew."""
        for name, callback in self.callbacks.items():
            if name not in states:
                continue
            if hasattr(callback, "set_state"):
                callback.set_state(states[name])
            else:
                vars(callback).update(_checked(callback, copy.deepcopy(states[name])))


def _checked(callback, state):
    """Return a state of a backup, or raise ValueError: it must not hide methods, nor be of other
    types than what the callback has."""
    for key, value in state.items():
        known = getattr(callback, key, None)
        if callable(known) or not (known is None or value is None
                                   or _family(known) == _family(value)):
            raise ValueError(f"{type(callback).__name__}.{key} cannot be {value!r}.")
    return state


def _family(value):
    """Return what a value may be replaced by: any real number by any other, else its like."""
    return numbers.Real if isinstance(value, numbers.Real) else list if isinstance(
        value, (list, tuple)) else type(value)


def _by_name(callbacks):
    """Return callbacks under the names of their classes, numbered where there are several."""
    found, seen = {}, collections.Counter()
    for callback in callbacks:
        name = type(callback).__name__
        found[f"{name}_{seen[name]}"] = callback
        seen[name] += 1
    return found


def _attributes(callback):
    return {key: value for key, value in vars(callback).items()
            if key not in _NOT_STATE and _is_plain(value)}


def _is_plain(value):
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, _PLAIN) and getattr(value, "dtype", np.dtype(int)).kind in "biuf"


def _same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b
