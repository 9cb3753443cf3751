"""Penalties on weights that are added to the loss, with their gradients."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

import numpy as np

from fastdense import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import Self

    from fastdense._types import Array, Config, CustomObjects

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "serialize",
]


class Regularizer:
    """Base class: a subclass defines ``__call__(x)``, ``gradient(x)`` and `get_config`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import regularizers
    >>> class Sum(regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return float(np.sum(x))
    ...     def gradient(self, x):
    ...         return np.ones_like(x)
    >>> Sum()(np.array([1.0, 2.0]))
    3.0
    """

    def __call__(self, x: Array) -> float:
        """Return the penalty of a weight `x` as a float."""
        return 0.0

    def gradient(self, x: Array) -> Array:
        """Return the derivative of the penalty, an array like `x`."""
        raise NotImplementedError(
            f"{type(self).__name__} must override `gradient(self, x)`: fastdense has no automatic "
            "differentiation, so a regularizer brings its own derivative."
        )

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        raise NotImplementedError(f"{self} does not implement get_config()")

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a regularizer from what :meth:`get_config` returned."""
        return cls(**config)


class L1L2(Regularizer):
    """Penalty ``l1 * sum(abs(x)) + l2 * sum(x ** 2)``.

    Parameters
    ----------
    l1, l2 : float, default 0.0
        Factors, zero or more.

    Raises
    ------
    ValueError
        If a factor is negative, NaN, infinite or not a number.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import regularizers
    >>> penalty = regularizers.L1L2(l1=1.0, l2=0.5)
    >>> penalty(np.array([3.0, -4.0]))
    19.5
    >>> penalty.gradient(np.array([3.0, -4.0]))
    array([ 4., -5.])
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _factor("l1", 0.0 if l1 is None else l1)
        self.l2 = _factor("l2", 0.0 if l2 is None else l2)

    def __call__(self, x: Array) -> float:
        x = np.asarray(x)
        penalty = 0.0
        if self.l1:
            penalty += self.l1 * float(np.sum(np.abs(x), dtype=np.float64))
        if self.l2:
            penalty += self.l2 * float(np.sum(np.square(x), dtype=np.float64))
        return penalty

    def gradient(self, x: Array) -> Array:
        """Return ``l1 * sign(x) + 2 * l2 * x``, an array of `x`'s shape and dtype."""
        x = np.asarray(x)
        return self.l1 * np.sign(x) + (2 * self.l2) * x

    def get_config(self) -> Config:
        return {"l1": self.l1, "l2": self.l2}


class L1(L1L2):
    """Penalty ``l1 * sum(abs(x))``, which drives weights to exactly zero.

    Parameters
    ----------
    l1 : float, default 0.01

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import regularizers
    >>> regularizers.L1(0.5)(np.array([3.0, -4.0]))
    3.5
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=0.01 if l1 is None else l1)

    def get_config(self) -> Config:
        return {"l1": self.l1}


class L2(L1L2):
    """Penalty ``l2 * sum(x ** 2)``, also called weight decay.

    Parameters
    ----------
    l2 : float, default 0.01

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import regularizers
    >>> regularizers.L2(0.5)(np.array([3.0, -4.0]))
    12.5
    """

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=0.01 if l2 is None else l2)

    def get_config(self) -> Config:
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """Penalty that drives the rows, or the columns, of a kernel to be orthogonal to each other.

    Parameters
    ----------
    factor : float, default 0.01
        Zero or more.
    mode : {"rows", "columns"}, default "rows"
        What is to be orthogonal.

    Raises
    ------
    ValueError
        If `factor` is negative, NaN or infinite, `mode` is another one, or it is called on what is
        not a matrix.

    Notes
    -----
    ``factor`` times the mean of ``abs(cos)`` over all pairs of rows, as
    ``keras.regularizers.OrthogonalRegularizer``. Rows of zeros have cosine 0 and gradient 0, and
    a single row has no penalty.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import regularizers
    >>> penalty = regularizers.OrthogonalRegularizer(factor=1.0)
    >>> penalty(np.array([[1.0, 0.0], [0.0, 2.0]])), penalty(np.array([[1.0, 0.0], [-3.0, 0.0]]))
    (0.0, 1.0)
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _factor("factor", factor)
        if mode not in ("rows", "columns"):
            raise ValueError("Invalid value for argument `mode`. Expected one of \"rows\" and "
                             f"\"columns\". Received: mode={mode!r}.")
        self.mode = mode

    def __call__(self, x: Array) -> float:
        _, _, cosines, n_pairs = self._cosines(x)
        return self.factor * float(np.abs(cosines).sum()) / 2 / n_pairs

    def gradient(self, x: Array) -> Array:
        """Return the derivative of the penalty, an array of `x`'s shape and dtype."""
        units, norms, cosines, n_pairs = self._cosines(x)
        du = self.factor / n_pairs * (np.sign(cosines) @ units)  # (rows, n)
        # Only what turns a row changes its direction.
        turned = du - np.sum(du * units, axis=1, keepdims=True) * units
        dx = turned / norms
        return (dx if self.mode == "rows" else dx.T).astype(np.asarray(x).dtype)

    def _cosines(self, x):
        """Rows of length 1, their lengths, the cosines between them (0 with itself), the pairs."""
        x = np.asarray(x)
        if x.ndim != 2:
            raise ValueError("Inputs to OrthogonalRegularizer must have rank 2. Received: "
                             f"inputs.shape={x.shape}.")
        rows = np.asarray(x if self.mode == "rows" else x.T, np.float64)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)  # (rows, 1)
        norms[norms == 0] = 1
        units = rows / norms
        cosines = units @ units.T
        np.fill_diagonal(cosines, 0)
        return units, norms, cosines, max(1, len(rows) * (len(rows) - 1) / 2)

    def get_config(self) -> Config:
        return {"factor": self.factor, "mode": self.mode}


# The names in snake case that Keras offers beside the classes.
l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

_KNOWN = registry.catalogue(Regularizer, L1, L2, L1L2, OrthogonalRegularizer, l1_l2=L1L2)


def get(identifier: Any) -> Callable[..., Any] | None:
    """Return the regularizer that an identifier means.

    Parameters
    ----------
    identifier : str, dict, Regularizer, callable with a gradient, or None
        A name ("l2", "L2"), a config, or an object with ``__call__(x)`` and ``gradient(x)``.

    Returns
    -------
    Regularizer or None

    Raises
    ------
    ValueError
        If there is no such regularizer, or a function has no ``gradient``.

    Examples
    --------
    >>> from fastdense import regularizers
    >>> regularizers.get("l2").get_config()
    {'l2': 0.01}
    """
    if identifier is None:
        return None
    return registry.get(identifier, _KNOWN, "regularizer", accepts=_is_regularizer)


def serialize(regularizer: Any) -> Any:
    """Describe a regularizer by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import regularizers
    >>> regularizers.serialize(regularizers.L2(0.5))["class_name"]
    'L2'
    """
    return registry.serialize(regularizer, "regularizers")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Callable[..., Any]:
    """Return the regularizer that a dict of :func:`serialize` describes.

    Examples
    --------
    >>> from fastdense import regularizers
    >>> regularizers.deserialize({"class_name": "L2", "config": {"l2": 0.5}}).l2
    0.5
    """
    return registry.get(
        config, _KNOWN, "regularizer", custom_objects=custom_objects, accepts=_is_regularizer
    )


def _is_regularizer(obj):
    if callable(obj) and not hasattr(obj, "gradient"):
        raise ValueError(
            f"Could not interpret regularizer identifier: {obj}. Expected an object with "
            "`gradient(x)`, since fastdense has no automatic differentiation. Derive a class from "
            "fastdense.regularizers.Regularizer."
        )
    return callable(obj)


def _factor(name, value):
    if not isinstance(value, numbers.Real) or not math.isfinite(value) or value < 0:
        raise ValueError(
            f"Invalid value for argument {name}: expected a non-negative float. "
            f"Received: {name}={value}"
        )
    return float(value)
