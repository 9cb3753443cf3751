"""Activation functions on NumPy arrays, and which of them the compiled layers can run.

The functions here are for use on their own. A layer never calls them while it trains: it asks for
:func:`compiled_name` and hands that to the engine, which knows the derivative too.
"""

from __future__ import annotations

import numpy as np

from fastdense import ops, registry
from fastdense.utils.arrays import as_float

__all__ = [
    "compiled_name",
    "deserialize",
    "get",
    "linear",
    "relu",
    "serialize",
    "sigmoid",
    "softmax",
    "tanh",
]


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """Rectified linear unit: ``max(x, 0)`` unless told otherwise.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`. NaN stays NaN.
    negative_slope : float, default 0.0
        Slope at and below `threshold`: ``negative_slope * (x - threshold)`` there.
    max_value : float, optional
        Largest value returned. None means no limit.
    threshold : float, default 0.0
        Values above it are kept.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype. Symbol: ``keras.activations.relu``.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import activations
    >>> x = np.array([-2.0, 0.5, 9.0])
    >>> activations.relu(x)
    array([0. , 0.5, 9. ])
    >>> activations.relu(x, negative_slope=0.1, max_value=6)
    array([-0.2,  0.5,  6. ])
    """
    if negative_slope == 0 and max_value is None and threshold == 0:
        return ops.relu(x)
    x = as_float(x)
    y = np.where(x <= threshold, 0, x)
    if max_value is not None:
        y = np.clip(y, 0, max_value)
    if negative_slope != 0:
        y = y - negative_slope * np.maximum(threshold - x, 0)
    return y.astype(x.dtype, copy=False)


def softmax(x, axis=-1):
    """Exponentials divided by their sum: ``exp(x) / sum(exp(x))`` along `axis`.

    The largest value is subtracted first, so nothing overflows.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.
    axis : int, default -1

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype; every row sums to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import activations
    >>> activations.softmax(np.array([[0.0, 0.0, 1000.0], [1.0, 1.0, 1.0]])).round(3)
    array([[0.   , 0.   , 1.   ],
           [0.333, 0.333, 0.333]])
    """
    return ops.softmax(x, axis=axis)


def sigmoid(x):
    """``1 / (1 + exp(-x))``, without overflow at either end.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import activations
    >>> activations.sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return ops.sigmoid(x)


def tanh(x):
    """Hyperbolic tangent.

    Parameters
    ----------
    x : array_like of float32 or float64
        Any shape; other dtypes become :func:`fastdense.config.floatx`.

    Returns
    -------
    ndarray
        Of `x`'s shape and dtype, from -1 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import activations
    >>> activations.tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return ops.tanh(x)


def linear(x):
    """Return `x` itself: what ``activation=None`` means.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.linear(3.0)
    3.0
    """
    return x


_KNOWN = registry.catalogue(relu, softmax, linear, sigmoid, tanh)
_COMPILED = {function: name for name, function in _KNOWN.items()}


def compiled_name(function):
    """Return the engine's name of an activation, or say that it cannot be compiled.

    Parameters
    ----------
    function : callable
        What :func:`get` returned.

    Returns
    -------
    str
        "relu", "softmax", "linear", "sigmoid" or "tanh".

    Raises
    ------
    ValueError
        If it is any other callable.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.compiled_name(activations.relu)
    'relu'
    """
    try:
        return _COMPILED[function]
    except (KeyError, TypeError):
        raise ValueError(
            f"activation: expected one of {', '.join(sorted(_KNOWN))}, which are compiled. "
            f"Received: {function!r}. Layers cannot train through a Python function, because "
            "there is no automatic differentiation."
        ) from None


def get(identifier):
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


def serialize(activation):
    """Return the name of an activation of this module, which :func:`deserialize` reads.

    Parameters
    ----------
    activation : callable

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the function is not one of this module.

    Examples
    --------
    >>> from fastdense import activations
    >>> activations.serialize(activations.tanh)
    'tanh'
    """
    try:
        return compiled_name(activation)
    except ValueError as error:
        raise ValueError(
            f"Unknown activation function '{activation}' cannot be serialized. {error}"
        ) from None


def deserialize(config, custom_objects=None):
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

