"""One rule for every ``get()``: how a name, a config dict or an object becomes the object meant.

Only names of a closed list, and what the user has registered or passes as `custom_objects`, are
ever looked up, so a config from a file can name no other code.
"""

from __future__ import annotations

import inspect

import numpy as np

from fastdense.utils import custom_objects as users
from fastdense.utils.naming import snake_case

__all__ = ["catalogue", "get", "plain", "serialize"]

# Written into configs as Keras writes it, so that either library reads the other's.
_PACKAGE = "keras"


def catalogue(*objects, **aliases):
    """List objects under the names a user may give them.

    Parameters
    ----------
    *objects : class or function
        A class is known by its name and by that name in snake case, a function by its name. A
        later object takes a name over from an earlier one.
    **aliases : class or function
        Further names.

    Returns
    -------
    dict of str to class or function

    Examples
    --------
    >>> from fastdense import registry
    >>> class HeNormal: pass
    >>> sorted(registry.catalogue(HeNormal, he=HeNormal))
    ['HeNormal', 'he', 'he_normal']
    """
    known = {}
    for obj in objects:
        if inspect.isclass(obj):
            known[snake_case(obj.__name__)] = obj
        known[obj.__name__] = obj
    return known | aliases


def get(identifier, known, family, *, custom_objects=None, accepts=callable, fold=str):
    """Turn an identifier into the object it means.

    Parameters
    ----------
    identifier : str, dict, class or object
        A name in `known`; a config ``{"class_name": ..., "config": {...}}``, in which a function
        is ``{"class_name": "function", "config": name}``; a class, of which an instance is made;
        or the object itself.
    known : dict of str to class or function
        See :func:`catalogue`.
    family : str
        What is looked for, for the error message: "initializer", "loss", ...
    custom_objects : dict of str to class or function, optional
        More names, which go before those of `known`, as do those of a `custom_object_scope`. They
        hold inside the config, too.
    accepts : callable, default `callable`
        ``accepts(obj)`` tells whether `obj` may be returned.
    fold : callable, default `str`
        Applied to a name before it is looked up; ``str.lower`` where case does not matter.

    Returns
    -------
    object
        A function of `known`, or an instance.

    Raises
    ------
    ValueError
        If the identifier cannot be interpreted. Known names and the nearest one are listed.

    Examples
    --------
    >>> from fastdense import registry
    >>> registry.get("abs", {"abs": abs}, "function")
    <built-in function abs>
    >>> registry.get("asb", {"abs": abs}, "function")
    Traceback (most recent call last):
        ...
    ValueError: Could not interpret function identifier: asb. Did you mean `abs`? Known: abs.
    """
    with users.custom_object_scope(custom_objects):
        if isinstance(identifier, dict):
            obj = _from_config(identifier, known, family, fold)
        elif isinstance(identifier, str):
            obj = _find(identifier, known, family, fold)
        else:
            obj = identifier
        if inspect.isclass(obj):
            obj = obj()
        if not accepts(obj):
            raise _unknown(identifier, known, family)
    return obj


def serialize(obj, family):
    """Describe an object by a dict of plain values that :func:`get` turns back into it.

    Parameters
    ----------
    obj : object with get_config, function, str or None
        A string and None are returned as they are.
    family : str
        The module it is found in: "losses", "optimizers", ...

    Returns
    -------
    dict
        With keys module, class_name, config and registered_name, as Keras writes them.

    Raises
    ------
    ValueError
        If `obj` is a function without a name of its own.

    Examples
    --------
    >>> from fastdense import losses, registry
    >>> registry.serialize(losses.mean_squared_error, "losses")["config"]
    'mean_squared_error'
    """
    if obj is None or isinstance(obj, str):
        return obj
    if inspect.isroutine(obj):
        if obj.__name__ == "<lambda>":
            raise ValueError(
                f"Expected a named function of the {family}, to be found again by its name. "
                "Received: a lambda. Define it with `def`."
            )
        return {
            "module": "builtins",
            "class_name": "function",
            "config": users.get_registered_name(obj),
            "registered_name": "function",
        }
    cls = type(obj)
    ours = cls.__module__.startswith(__package__ + ".")
    return {
        "module": f"{_PACKAGE}.{family}".rstrip(".") if ours else cls.__module__,
        "class_name": cls.__name__,
        "config": plain(obj.get_config()),
        "registered_name": None if ours else users.get_registered_name(cls),
    }


def plain(value):
    """Return a config as a tree that JSON has: what is an object in it becomes a config, too.

    Parameters
    ----------
    value : None, bool, int, float, str, NumPy scalar or array, function, object with get_config, \
or dict, list or tuple of these

    Raises
    ------
    ValueError
        If it holds anything else.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import registry
    >>> registry.plain({"rates": (np.float32(0.5), None)})
    {'rates': [0.5, None]}
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__",
                "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if inspect.isroutine(value) or hasattr(value, "get_config"):
        return serialize(value, family_of(type(value)))
    raise ValueError(f"Expected a config of plain values. Received: {value!r} of type "
                     f"{type(value).__name__}. Give it a `get_config()`.")


def family_of(cls):
    """Return the public module that a class of fastdense is found in: "layers", "" for models."""
    parts = cls.__module__.split(".")[1:]
    if parts[:1] == ["models"]:
        return ""
    return ".".join(parts[:2 if parts[:2] == ["optimizers", "schedules"] else 1])


def _from_config(config, known, family, fold):
    name = config.get("class_name")
    if name == "function":
        return _find(config.get("config"), known, family, fold)
    if not isinstance(name, str):
        raise ValueError(
            f"Could not interpret {family} identifier: {config}. Expected a dict such as "
            '{"class_name": "Name", "config": {}}.'
        )
    obj = users.get_registered_object(config.get("registered_name"))
    if obj is None:
        obj = _find(name, known, family, fold)
    if inspect.isclass(obj):
        try:
            return obj.from_config(dict(config.get("config") or {}))
        except (ValueError, TypeError, MemoryError):
            raise
        except Exception as error:  # what a constructor trips over says little about the config
            raise ValueError(f"The {family} {name!r} cannot be made from this config: "
                             f"{type(error).__name__}: {error}") from error
    return obj


def _find(name, known, family, fold):
    for key in (name, fold(name)) if isinstance(name, str) else ():
        obj = users.get_registered_object(key) or known.get(key)
        if obj is not None:
            return obj
    raise _unknown(name, known, family)


def _unknown(identifier, known, family):
    import difflib
    import textwrap

    names = [*known, *users.names_in_scope()]
    message = f"Could not interpret {family} identifier: {identifier}."
    nearest = difflib.get_close_matches(str(identifier), names, n=1)
    if nearest:
        message += f" Did you mean `{nearest[0]}`?"
    # Every class has its name in snake case too; one of the two is enough to read.
    listed = ", ".join(sorted(name for name in names if name == name.lower()))
    return ValueError(f"{message} Known: {textwrap.shorten(listed, 400, placeholder=' ...')}.")
