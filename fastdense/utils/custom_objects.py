"""Classes and functions of the user's that a config or a file may name."""

from __future__ import annotations

import contextlib
import contextvars
import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import Self

    from fastdense._types import CustomObjects, T

__all__ = ["CustomObjectScope", "custom_object_scope", "get_custom_objects", "get_registered_name",
           "get_registered_object", "register_keras_serializable"]

_registered: CustomObjects = {}  # "package>name" -> class or function
_names: dict[Any, str] = {}  # and back
_scope: contextvars.ContextVar[CustomObjects | None] = contextvars.ContextVar(
    "custom_objects", default=None)  # one for each thread


class CustomObjectScope(contextlib.ContextDecorator):
    """``with custom_object_scope({...})``: let configs name these classes and functions.

    Parameters
    ----------
    custom_objects : dict of str to class or function, optional
        They join those of a scope around this one, and go before them.

    Examples
    --------
    >>> from fastdense import layers, saving
    >>> class Wide(layers.Dense):
    ...     pass
    >>> config = layers.serialize(Wide(3, name="wide"))
    >>> with saving.custom_object_scope({"Wide": Wide}):
    ...     layers.deserialize(config)
    <Wide name=wide, built=False>
    """

    def __init__(self, custom_objects: CustomObjects | None) -> None:
        self.custom_objects = dict(custom_objects or {})

    def __enter__(self) -> Self:
        self._token = _scope.set({**(_scope.get() or {}), **self.custom_objects})
        return self

    def __exit__(self, *exception: Any) -> None:
        _scope.reset(self._token)


custom_object_scope = CustomObjectScope


def names_in_scope():
    """Return the names that the scopes around the caller add, as a list."""
    return list(_scope.get() or {})


def get_custom_objects() -> CustomObjects:
    """Return the dict of all registered objects itself: adding to it registers.

    Examples
    --------
    >>> from fastdense import saving
    >>> "my_package>nothing" in saving.get_custom_objects()
    False
    """
    return _registered


def register_keras_serializable(package: str = "Custom",
                                name: str | None = None) -> Callable[[T], T]:
    """Decorate a class or function so that configs and files may name it.

    Parameters
    ----------
    package : str, default "Custom"
    name : str, optional
        It is known as ``"package>name"``. Default: its own name.

    Raises
    ------
    ValueError
        If a class has no `get_config`.

    Examples
    --------
    >>> from fastdense import layers, saving
    >>> @saving.register_keras_serializable("my_package")
    ... class Deep(layers.Dense):
    ...     pass
    >>> saving.get_registered_name(Deep)
    'my_package>Deep'
    >>> del saving.get_custom_objects()["my_package>Deep"]
    """

    def register(obj):
        if inspect.isclass(obj) and not hasattr(obj, "get_config"):
            raise ValueError("Cannot register a class that does not have a get_config() method. "
                             f"Received: {obj!r}.")
        full = f"{package}>{name or obj.__name__}"
        _registered[full] = obj
        _names[obj] = full
        return obj

    return register


def get_registered_name(obj: Any) -> str:
    """Return the name that a class or function is registered under, or its own name.

    Examples
    --------
    >>> from fastdense import layers, saving
    >>> saving.get_registered_name(layers.Dense)
    'Dense'
    """
    name = _names.get(obj)
    return name if name in _registered else obj.__name__


def get_registered_object(name: Any, custom_objects: CustomObjects | None = None,
                          module_objects: CustomObjects | None = None) -> Any:
    """Return the class or function that a name means, or None.

    Parameters
    ----------
    name : str
    custom_objects, module_objects : dict of str to class or function, optional
        Asked last, in this order: after the `custom_object_scope` and what is registered.

    Examples
    --------
    >>> from fastdense import saving
    >>> saving.get_registered_object("abs", {"abs": abs})
    <built-in function abs>
    """
    if not isinstance(name, str):
        return None
    for objects in (_scope.get(), _registered, custom_objects, module_objects):
        if objects and name in objects:
            return objects[name]
    return None
