"""First values of weights: callables ``initializer(shape, dtype=None)`` that return an array.

An initializer is a function of its seed: calling one object twice gives the same values, and with
``seed=None`` the seed is drawn once, when the object is made. Numbers are drawn in float64 and
rounded, so a float32 and a float64 model start from the same weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import registry

from .base import Initializer, dtype_or_floatx
from .constant import Constant, Identity, Ones, Zeros
from .sampling import Orthogonal, RandomNormal, RandomUniform, TruncatedNormal
from .scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastdense._types import Array, CustomObjects

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "deserialize",
    "get",
    "serialize",
]

_KNOWN = registry.catalogue(
    Initializer, Zeros, Ones, Constant, Identity, RandomNormal, RandomUniform, TruncatedNormal,
    VarianceScaling, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal,
    Orthogonal,
    zero=Zeros, one=Ones, normal=RandomNormal, uniform=RandomUniform,
    IdentityInitializer=Identity, OrthogonalInitializer=Orthogonal,
)

# The names in snake case that Keras offers beside the classes.
zeros = Zeros
ones = Ones
constant = Constant
identity = IdentityInitializer = Identity
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
glorot_uniform = GlorotUniform
glorot_normal = GlorotNormal
he_uniform = HeUniform
he_normal = HeNormal
lecun_uniform = LecunUniform
lecun_normal = LecunNormal
orthogonal = OrthogonalInitializer = Orthogonal


def get(identifier: Any) -> Initializer | Callable[..., Array] | None:
    """Return the initializer that an identifier means.

    Parameters
    ----------
    identifier : str, dict, Initializer, callable, array_like or None
        A name in snake case or of a class ("he_normal", "HeNormal"), a config, an initializer
        or a callable ``f(shape, dtype=None)``, an array (its values), or None.

    Returns
    -------
    Initializer, callable or None

    Raises
    ------
    ValueError
        If there is no such initializer.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.get("he_normal").get_config()
    {'seed': None, 'input_axes': None, 'output_axes': None}
    """
    if identifier is None:
        return None
    if isinstance(identifier, (np.ndarray, np.generic)):
        return _from_array(identifier)
    return registry.get(identifier, _KNOWN, "initializer")


def serialize(initializer: Any) -> Any:
    """Describe an initializer by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.serialize(initializers.Zeros())["class_name"]
    'Zeros'
    """
    return registry.serialize(initializer, "initializers")


def deserialize(config: Any,
                custom_objects: CustomObjects | None = None) -> Initializer | Callable[..., Array]:
    """Return the initializer that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import initializers
    >>> initializers.deserialize({"class_name": "Constant", "config": {"value": 2.0}}).value
    2.0
    """
    return registry.get(config, _KNOWN, "initializer", custom_objects=custom_objects)


def _from_array(array):
    def initializer(shape, dtype=None):
        if tuple(shape) != array.shape:
            raise ValueError(
                f"Expected `shape` to be {array.shape}, that of the array given as initializer. "
                f"Received: shape={tuple(shape)}"
            )
        return array.astype(dtype_or_floatx(dtype))

    return initializer
