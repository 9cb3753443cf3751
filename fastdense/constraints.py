"""Rules that a weight is made to obey after each update."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from typing_extensions import Self

    from fastdense._types import Array, Config, CustomObjects

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "serialize",
]


class Constraint:
    """Base class: a subclass defines ``__call__(w)``, which returns the weight as it may be.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import constraints
    >>> class Centred(constraints.Constraint):
    ...     def __call__(self, w):
    ...         return w - np.mean(w)
    >>> Centred()(np.array([1.0, 3.0]))
    array([-1.,  1.])
    """

    def __call__(self, w: Array) -> Array:
        """Return an array of the shape and dtype of `w` that obeys the rule."""
        return w

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a constraint from what :meth:`get_config` returned."""
        return cls(**config)


class NonNeg(Constraint):
    """Negative weights become zero.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import constraints
    >>> constraints.NonNeg()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def __call__(self, w: Array) -> Array:
        return np.maximum(np.asarray(w), 0)


class _NormConstraint(Constraint):
    """Scales a weight so that its norms along `axis` are what `_desired` makes of them."""

    def __call__(self, w: Array) -> Array:
        w = np.asarray(w)
        norms = np.sqrt(np.sum(np.square(w), axis=self._axes(), keepdims=True))
        return w * (self._desired(norms) / (config.epsilon() + norms))

    axis: Any
    _desired: Any  # a method of the subclass

    def _axes(self):
        return tuple(self.axis) if isinstance(self.axis, list) else self.axis


class MaxNorm(_NormConstraint):
    """Norms above `max_value` are scaled down to it.

    Parameters
    ----------
    max_value : float, default 2
    axis : int or tuple of int, default 0
        Axes along which a norm is taken: 0 for the incoming weights of each unit of a Dense.

    Notes
    -----
    ``w * clip(norm, 0, max_value) / (epsilon + norm)``, as ``keras.constraints.MaxNorm``.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import constraints
    >>> constraints.MaxNorm(1.0)(np.array([[3.0, 0.1], [4.0, 0.0]])).round(6)
    array([[0.6, 0.1],
           [0.8, 0. ]])
    """

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def _desired(self, norms):
        return np.clip(norms, 0, self.max_value)

    def get_config(self) -> Config:
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(_NormConstraint):
    """Every norm becomes 1; zero rows stay zero.

    Parameters
    ----------
    axis : int or tuple of int, default 0
        As for :class:`MaxNorm`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import constraints
    >>> constraints.UnitNorm()(np.array([[3.0, 0.0], [4.0, 0.0]])).round(6)
    array([[0.6, 0. ],
           [0.8, 0. ]])
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = axis

    def _desired(self, norms):
        return 1.0

    def get_config(self) -> Config:
        return {"axis": self.axis}


class MinMaxNorm(_NormConstraint):
    """Norms are drawn into ``[min_value, max_value]``.

    Parameters
    ----------
    min_value, max_value : float, default 0.0 and 1.0
    rate : float, default 1.0
        How far: 1 puts a norm on the limit at once, 0.1 goes a tenth of the way each time.
    axis : int or tuple of int, default 0
        As for :class:`MaxNorm`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import constraints
    >>> constraints.MinMaxNorm(1.0, 2.0)(np.array([[0.3, 3.0], [0.4, 4.0]])).round(5)
    array([[0.6, 1.2],
           [0.8, 1.6]])
    """

    def __init__(self, min_value: float = 0.0, max_value: float | None = 1.0, rate: float = 1.0,
                 axis: int | Sequence[int] = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def _desired(self, norms):
        limited = np.clip(norms, self.min_value, self.max_value)
        return self.rate * limited + (1 - self.rate) * norms

    def get_config(self) -> Config:
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


# The names in snake case that Keras offers beside the classes.
max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

_KNOWN = registry.catalogue(Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm)


def get(identifier: Any) -> Callable[..., Any] | None:
    """Return the constraint that an identifier means.

    Parameters
    ----------
    identifier : str, dict, callable or None
        A name ("non_neg", "NonNeg"), a config, or a callable that takes a weight and returns it
        as it may be.

    Returns
    -------
    Constraint, callable or None

    Raises
    ------
    ValueError
        If there is no such constraint.

    Examples
    --------
    >>> from fastdense import constraints
    >>> constraints.get("max_norm").get_config()
    {'max_value': 2, 'axis': 0}
    """
    if identifier is None:
        return None
    return registry.get(identifier, _KNOWN, "constraint")


def serialize(constraint: Any) -> Any:
    """Describe a constraint by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import constraints
    >>> constraints.serialize(constraints.MaxNorm(2.0))["class_name"]
    'MaxNorm'
    """
    return registry.serialize(constraint, "constraints")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the constraint that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import constraints
    >>> constraints.deserialize({"class_name": "MaxNorm", "config": {"max_value": 2.0}}).max_value
    2.0
    """
    return registry.get(config, _KNOWN, "constraint", custom_objects=custom_objects)
