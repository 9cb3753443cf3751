"""Any object of the library as a dict of plain values, and back: closed lists of names, no code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    random,
    registry,
    regularizers,
)
from fastdense.utils import custom_objects as users

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import CustomObjects

__all__ = ["deserialize_keras_object", "serialize_keras_object"]

_SEED_GENERATOR = registry.catalogue(random.SeedGenerator)
_READERS = {
    "activations": activations.deserialize,
    "constraints": constraints.deserialize,
    "initializers": initializers.deserialize,
    "": layers.deserialize,  # models
    "layers": layers.deserialize,
    "models": layers.deserialize,
    "losses": losses.deserialize,
    "metrics": metrics.deserialize,
    "optimizers": optimizers.deserialize,
    "optimizers.schedules": optimizers.schedules.deserialize,
    "random": lambda config: registry.get(config, _SEED_GENERATOR, "seed generator",
                                          accepts=lambda obj: True),
    "regularizers": regularizers.deserialize,
}
# Where a function is looked for, which does not say what family it is of.
_FUNCTIONS = ("losses", "metrics", "activations", "initializers")
_DTYPES = ("bool", "int32", "int64", "float32", "float64")


def serialize_keras_object(obj: Any) -> Any:
    """Describe an object by a tree that JSON has and :func:`deserialize_keras_object` reads.

    Parameters
    ----------
    obj : object with get_config, named function, array, or dict, list or tuple of these
        Plain values are returned as they are.

    Returns
    -------
    dict, list or plain value
        An object is ``{"module", "class_name", "config", "registered_name"}``.

    Raises
    ------
    ValueError
        If something cannot be described, such as a lambda.

    Examples
    --------
    >>> from fastdense import initializers, saving
    >>> saving.serialize_keras_object(initializers.Constant(2.0))["config"]
    {'value': 2.0}
    """
    return registry.plain(obj)


def deserialize_keras_object(config: Any, custom_objects: CustomObjects | None = None,
                             safe_mode: bool = True, **kwargs: Any) -> Any:
    """Return what :func:`serialize_keras_object`, ours or Keras's, described.

    Parameters
    ----------
    config : dict, list or plain value
    custom_objects : dict of str to class or function, optional
        Objects of your own that it may name.
    safe_mode : bool
        Accepted as in Keras; code is never run.

    Raises
    ------
    ValueError
        If it names what is not known, or holds code.

    Examples
    --------
    >>> from fastdense import initializers, saving
    >>> tree = saving.serialize_keras_object(initializers.Constant(2.0))
    >>> saving.deserialize_keras_object(tree).value
    2.0
    """
    with users.custom_object_scope(custom_objects):
        return _read(config)


def _read(config):
    if isinstance(config, (list, tuple)):
        return [_read(entry) for entry in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config:
        return {key: _read(value) for key, value in config.items()}
    name = config["class_name"]
    if name == "__numpy__":
        return _array(config.get("config"))
    if name == "function":
        return _function(config.get("config"))
    known = users.get_registered_object(config.get("registered_name"))
    if known is None:
        known = users.get_registered_object(name)
    if known is not None:
        return known.from_config(config.get("config") or {})
    module = config.get("module")
    family = module.partition(".")[2] if isinstance(module, str) else None
    if family not in _READERS or module.partition(".")[0] != "keras":
        raise ValueError(
            f"Could not locate class {name!r} of module {module!r}. A class of your own has to be "
            "decorated with `@saving.register_keras_serializable()`, or passed in "
            "`custom_objects`; a lambda is code and is never loaded."
        )
    obj = _READERS[family](config)
    build = config.get("build_config")
    if isinstance(build, dict) and build.get("input_shape") and not getattr(obj, "built", True):
        obj.build(tuple(build["input_shape"]))
    return obj


def _function(name):
    known = users.get_registered_object(name)
    if known is not None:
        return known
    for family in _FUNCTIONS:
        try:
            return _READERS[family]({"class_name": "function", "config": name})
        except ValueError:
            continue
    raise ValueError(f"Could not locate function {name!r}. Pass a function of your own in "
                     "`custom_objects`.")


def _array(config):
    if not isinstance(config, dict) or config.get("dtype") not in _DTYPES:
        raise ValueError(f"Expected an array of one of {', '.join(_DTYPES)}. Received: {config}.")
    return np.asarray(config.get("value"), config["dtype"])
