"""Rectifiers as layers, with their constants: ReLU, LeakyReLU, ELU."""

from __future__ import annotations

import functools
import math
import numbers
import warnings
from typing import TYPE_CHECKING

from fastdense import activations
from fastdense.layers.activation import ActivationLayer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, Function

__all__ = ["ELU", "LeakyReLU", "ReLU"]


def _number(value, least, complaint):
    """`value` as a float of at least `least`, or a ValueError that begins with `complaint`."""
    if not isinstance(value, numbers.Real) or value < least:
        raise ValueError(f"{complaint}. Expected a float. Received: {value!r}")
    return float(value)


class ReLU(ActivationLayer):
    """Rectified linear unit: ``max(inputs, 0)`` unless told otherwise.

    Parameters
    ----------
    max_value : float, optional
        Largest value put out. None means no limit.
    negative_slope : float, default 0.0
        Slope at and below `threshold`.
    threshold : float, default 0.0
        Inputs above it are kept.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If an argument is negative or not a number.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.ReLU(max_value=6.0, negative_slope=0.5)([[-1.0, 2.0, 9.0]])
    array([[-0.5,  2. ,  6. ]], dtype=float32)
    """

    def __init__(self, max_value: float | None = None, negative_slope: float = 0.0,
                 threshold: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if max_value is not None and max_value < 0:
            raise ValueError("max_value of a ReLU layer cannot be a negative value. Received: "
                             f"max_value={max_value}")
        self.max_value = None if max_value is None else float(max_value)
        self.negative_slope = _number(
            negative_slope, 0,
            "negative_slope of a ReLU layer cannot be None or a negative value")
        self.threshold = _number(
            threshold, 0, "threshold of a ReLU layer cannot be None or a negative value")

    @property
    def activation(self) -> Function:
        """The function of :mod:`fastdense.activations` with the layer's arguments."""
        return functools.partial(activations.relu, negative_slope=self.negative_slope,
                                 max_value=self.max_value, threshold=self.threshold)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "max_value": self.max_value,
                "negative_slope": self.negative_slope, "threshold": self.threshold}


class LeakyReLU(ActivationLayer):
    """``inputs`` above zero, ``negative_slope * inputs`` below.

    Parameters
    ----------
    negative_slope : float, default 0.3
        Keras 2 called it `alpha`, which is accepted with a warning.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If `negative_slope` is negative or not a number.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.LeakyReLU(0.5)([[-1.0, 2.0]])
    array([[-0.5,  2. ]], dtype=float32)
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn("Argument `alpha` is deprecated. Use `negative_slope` instead.",
                          UserWarning, stacklevel=2)
        super().__init__(**kwargs)
        self.negative_slope = _number(
            negative_slope, 0,
            "The negative_slope value of a Leaky ReLU layer cannot be None or negative value")

    @property
    def activation(self) -> Function:
        """The function of :mod:`fastdense.activations` with the layer's arguments."""
        return functools.partial(activations.leaky_relu, negative_slope=self.negative_slope)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "negative_slope": self.negative_slope}


class ELU(ActivationLayer):
    """``inputs`` above zero, ``alpha * (exp(inputs) - 1)`` below.

    Parameters
    ----------
    alpha : float, default 1.0
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If `alpha` is not a number.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.ELU()([[-1000.0, 2.0]])
    array([[-1.,  2.]], dtype=float32)
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = _number(alpha, -math.inf, "alpha of an ELU layer must be a number")

    @property
    def activation(self) -> Function:
        """The function of :mod:`fastdense.activations` with the layer's arguments."""
        return functools.partial(activations.elu, alpha=self.alpha)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "alpha": self.alpha}
