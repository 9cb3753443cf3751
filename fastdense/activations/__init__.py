"""Activation functions on NumPy arrays, and what the engine runs for them in a layer.

The functions here are for use on their own. A layer never calls them while it trains: it asks for
:func:`compiled` and hands that to the engine, which knows the derivative too.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from fastdense import registry
from fastdense.activations.piecewise import (
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    sparse_plus,
    sparse_sigmoid,
)
from fastdense.activations.rectifiers import (
    celu,
    elu,
    hard_shrink,
    leaky_relu,
    relu,
    relu6,
    selu,
    soft_shrink,
    threshold,
)
from fastdense.activations.rows import glu, log_softmax, softmax, sparsemax
from fastdense.activations.rules import RULES
from fastdense.activations.smooth import (
    exponential,
    gelu,
    log_sigmoid,
    mish,
    sigmoid,
    silu,
    softplus,
    softsign,
    squareplus,
    tanh,
    tanh_shrink,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import CustomObjects

__all__ = [
    "celu",
    "compiled",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]


def linear(x: Any) -> Any:
    """Return `x` itself: what ``activation=None`` means.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.linear(3.0)
    3.0
    """
    return x


swish = silu
hard_swish = hard_silu

_KNOWN = registry.catalogue(
    celu, elu, exponential, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_tanh, leaky_relu,
    linear, log_sigmoid, log_softmax, mish, relu, relu6, selu, sigmoid, silu, soft_shrink, softmax,
    softplus, softsign, sparse_plus, sparse_sigmoid, sparsemax, squareplus, tanh, tanh_shrink,
    threshold, swish=silu, hard_swish=hard_silu)
_NAMES = {function: name for name, function in _KNOWN.items() if name == function.__name__}


def compiled(function: Any) -> bool:
    """Return what the engine runs for an activation, or say that it cannot be compiled.

    Parameters
    ----------
    function : callable
        A function of this module, or a `functools.partial` of one with keywords.

    Returns
    -------
    name : str
        In the engine.
    parameters : tuple of float
        Its constants.

    Raises
    ------
    ValueError
        If it is any other callable, or an argument is missing or does not fit.

    Examples
    --------
    >>> import functools
    >>> from fastdense import activations
    >>> activations.compiled(activations.relu)
    ('relu', ())
    >>> activations.compiled(functools.partial(activations.squareplus, b=1))
    ('squareplus', (1.0,))
    """
    inner, arguments = function, {}
    if isinstance(function, functools.partial) and not function.args:
        inner, arguments = function.func, function.keywords
    name = _name(inner)
    if name not in RULES:
        raise ValueError(
            f"activation: expected one of {', '.join(sorted(RULES))}, which are compiled. "
            f"Received: {function!r}. Layers cannot train through a Python function, because "
            "there is no automatic differentiation."
        )
    try:
        return RULES[name](**arguments)
    except TypeError as error:
        raise ValueError(f"activation {name}: expected its arguments, e.g. by functools.partial("
                         f"activations.{name}, ...). Received: {arguments}. ({error})") from None


def _name(function):
    try:
        return _NAMES.get(function)
    except TypeError:  # not hashable
        return None


def get(identifier: Any) -> Callable[..., Any]:
    """Return the activation function that an identifier means.

    Parameters
    ----------
    identifier : str, dict, callable or None
        A name such as "relu", a config, a function (returned as it is), or None for
        :func:`linear`.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If there is no such activation.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.get("relu") is activations.relu
    True
    """
    if identifier is None:
        return linear
    return registry.get(identifier, _KNOWN, "activation function")


def serialize(activation: Any) -> Any:
    """Return what :func:`deserialize` reads: the name of an activation of this module.

    Parameters
    ----------
    activation : callable

    Returns
    -------
    str or dict
        A dict for a function of the user's, or an object with ``get_config()`` such as a layer.

    Raises
    ------
    ValueError
        If the function has no name to be found by.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.serialize(activations.tanh)
    'tanh'
    """
    name = _name(activation)
    if name is not None:
        return name
    if hasattr(activation, "get_config"):
        return registry.serialize(activation, "layers")
    if getattr(activation, "__name__", "<lambda>") != "<lambda>":
        return registry.serialize(activation, "activations")
    raise ValueError(f"Unknown activation function '{activation}' cannot be serialized. Expected "
                     "a function of fastdense.activations or one defined with `def`.")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the activation that a name or dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.deserialize("tanh") is activations.tanh
    True
    """
    return registry.get(
        config, _KNOWN, "activation function", custom_objects=custom_objects
    )
