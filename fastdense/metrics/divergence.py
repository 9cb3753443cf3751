"""The Kullback-Leibler divergence and the Poisson loss as metrics: their means over all batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import losses

from .reduction import NamedMetric

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["KLDivergence", "Poisson"]


class KLDivergence(NamedMetric):
    """Mean of :func:`fastdense.losses.kl_divergence`.

    Parameters
    ----------
    name : str, default "kl_divergence"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]])
    np.float32(0.14384106)
    """

    def __init__(self, name: str | None = "kl_divergence", dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.kl_divergence, name=name, dtype=dtype)


class Poisson(NamedMetric):
    """Mean of :func:`fastdense.losses.poisson`.

    Parameters
    ----------
    name : str, default "poisson"
    dtype : {"float32", "float64"}, optional

    Examples
    --------
    >>> from fastdense import metrics
    >>> metrics.Poisson()([[1.0]], [[2.0]])
    np.float32(1.3068528)
    """

    def __init__(self, name: str | None = "poisson", dtype: DTypeLike | None = None) -> None:
        super().__init__(losses.poisson, name=name, dtype=dtype)
