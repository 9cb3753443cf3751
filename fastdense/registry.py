"""One rule for every ``get()``: how a name, a config dict or an object becomes the object meant.

Only names of a closed list (and what the caller passes as `custom_objects`) are ever looked up, so
a config from a file can name no other code.
"""

from __future__ import annotations

import difflib
import inspect
import textwrap

from fastdense.utils.naming import snake_case

__all__ = ["catalogue", "get", "serialize"]

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
        More names, which go before those of `known`.
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
    names = {**known, **(custom_objects or {})}
    if isinstance(identifier, dict):
        obj = _from_config(identifier, names, family, fold)
    elif isinstance(identifier, str):
        obj = _find(identifier, names, family, fold)
    else:
        obj = identifier
    if inspect.isclass(obj):
        obj = obj()
    if not accepts(obj):
        raise _unknown(identifier, names, family)
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
            "config": obj.__name__,
            "registered_name": "function",
        }
    cls = type(obj)
    ours = cls.__module__.startswith(__package__ + ".")
    return {
        "module": f"{_PACKAGE}.{family}" if ours else cls.__module__,
        "class_name": cls.__name__,
        "config": obj.get_config(),
        "registered_name": None if ours else cls.__name__,
    }


def _from_config(config, names, family, fold):
    name = config.get("class_name")
    if name == "function":
        return _find(config.get("config"), names, family, fold)
    if not isinstance(name, str):
        raise ValueError(
            f"Could not interpret {family} identifier: {config}. Expected a dict such as "
            '{"class_name": "Name", "config": {}}.'
        )
    obj = _find(name, names, family, fold)
    if inspect.isclass(obj):
        return obj.from_config(dict(config.get("config") or {}))
    return obj


def _find(name, names, family, fold):
    try:
        return names[fold(name)]
    except KeyError:
        raise _unknown(name, names, family) from None


def _unknown(identifier, names, family):
    message = f"Could not interpret {family} identifier: {identifier}."
    nearest = difflib.get_close_matches(str(identifier), names, n=1)
    if nearest:
        message += f" Did you mean `{nearest[0]}`?"
    # Every class has its name in snake case too; one of the two is enough to read.
    listed = ", ".join(sorted(name for name in names if name == name.lower()))
    return ValueError(f"{message} Known: {textwrap.shorten(listed, 400, placeholder=' ...')}.")
