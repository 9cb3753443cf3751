"""The names that layers, models, optimizers and metrics get when the user gives none."""

from __future__ import annotations

import collections
import gc
import os
import re
import threading

from fastdense import config

__all__ = ["auto_name", "clear_session", "name_or_auto", "snake_case"]

# A word starts at a capital with lower case after it ("HTTPLayer"), or before it ("reLU").
_WORD_START = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")

_counts: collections.Counter[str] = collections.Counter()
_lock = threading.Lock()
if hasattr(os, "register_at_fork"):  # no child gets it locked by a thread that is not there
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release,
                        after_in_child=_lock.release)


def snake_case(name):
    """Turn a class name into snake case, exactly as Keras does.

    Parameters
    ----------
    name : str
        Usually ``type(self).__name__``. What is neither letter, digit nor underscore is dropped.

    Returns
    -------
    str

    Examples
    --------
    >>> from fastdense.utils.naming import snake_case
    >>> snake_case("InputLayer"), snake_case("SGD"), snake_case("RMSprop")
    ('input_layer', 'sgd', 'rm_sprop')
    """
    return _WORD_START.sub("_", re.sub(r"\W+", "", name)).lower()


def auto_name(class_name):
    """Return a name nobody has had since the last :func:`clear_session`.

    Parameters
    ----------
    class_name : str
        Name of the class, such as "Dense".

    Returns
    -------
    str
        The class name in snake case for the first, then with "_1", "_2", ... after it.

    Examples
    --------
    >>> from fastdense.utils import clear_session
    >>> from fastdense.utils.naming import auto_name
    >>> clear_session()
    >>> auto_name("Dense"), auto_name("Dense"), auto_name("Dropout")
    ('dense', 'dense_1', 'dropout')
    """
    name = snake_case(class_name)
    with _lock:
        seen = _counts[name]
        _counts[name] += 1
    return f"{name}_{seen}" if seen else name


def name_or_auto(name, class_name):
    """Return the name that a layer or variable was given, or else an automatic one.

    Parameters
    ----------
    name : str or None
    class_name : str
        As for :func:`auto_name`.

    Raises
    ------
    ValueError
        If `name` is not a str, or holds a "/", which separates the names of a path.

    Examples
    --------
    >>> from fastdense.utils.naming import name_or_auto
    >>> name_or_auto("hidden", "Dense")
    'hidden'
    """
    if name is None:
        return auto_name(class_name)
    if not isinstance(name, str) or "/" in name:
        raise ValueError(
            f"{class_name}: Argument `name` must be a string and cannot contain character `/`. "
            f"Received: name={name!r} (of type {type(name)})."
        )
    return name


def clear_session(free_memory=True):
    """Start the automatic names again at "dense", and take `set_dtype_policy` back.

    Models that exist keep their names and go on working.

    Parameters
    ----------
    free_memory : bool, default True
        Also run Python's garbage collector, so that models nobody holds give their memory back.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.utils.clear_session()
    >>> fastdense.layers.Dense(10).name
    'dense'
    """
    with _lock:
        _counts.clear()
    config.set_dtype_policy(None)
    if free_memory:
        gc.collect()
