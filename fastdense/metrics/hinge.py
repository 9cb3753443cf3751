"""The hinge losses as metrics: their means over all batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import losses

from .reduction import NamedMetric

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["CategoricalHinge", "Hinge", "SquaredHinge"]


class Hinge(NamedMetric):
    """Mean of :func:`fastdense.losses.hinge`.

    Parameters
    ----------
    name : str, default "hinge"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.Hinge()([[1.0], [-1.0]], [[0.5], [0.5]])
    np.float32(1.0)
    """

    def __init__(self, name: str | None = "hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.hinge, name=name, dtype=dtype)


class SquaredHinge(NamedMetric):
    """Mean of :func:`fastdense.losses.squared_hinge`.

    Parameters
    ----------
    name : str, default "squared_hinge"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.5]])
    np.float32(1.25)
    """

    def __init__(self, name: str | None = "squared_hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.squared_hinge, name=name, dtype=dtype)


class CategoricalHinge(NamedMetric):
    """Mean of :func:`fastdense.losses.categorical_hinge`.

    Parameters
    ----------
    name : str, default "categorical_hinge"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.CategoricalHinge()([[0.0, 1.0]], [[0.5, 1.0]])
    np.float32(0.5)
    """

    def __init__(self, name: str | None = "categorical_hinge",
                 dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.categorical_hinge, name=name, dtype=dtype)
