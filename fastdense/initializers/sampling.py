"""Initializers that draw from a distribution, and the one rule for their seeds."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

import numpy as np

from fastdense import registry
from fastdense.random import SeedGenerator, draw_seed

from .base import Initializer, dtype_or_floatx

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, Config, Seed

__all__ = ["Orthogonal", "RandomInitializer", "RandomNormal", "RandomUniform", "TruncatedNormal"]

_PIECE = 65536  # numbers


class RandomInitializer(Initializer):
    """What the random initializers share: the seed, and the draws from it.

    Parameters
    ----------
    seed : int, SeedGenerator or dict, optional
        None draws one seed now, so that every call gives the same values; a SeedGenerator (or its
        config) gives new values at every call.

    Raises
    ------
    ValueError
        If `seed` is something else, or a negative integer.
    """

    def __init__(self, seed: Seed = None) -> None:
        if isinstance(seed, dict):
            seed = registry.get(seed, registry.catalogue(SeedGenerator), "seed", accepts=_is_seed)
        elif seed is not None and not _is_seed(seed):
            raise ValueError(
                f"{type(self).__name__}: `seed` argument should be an instance of "
                "`fastdense.random.SeedGenerator()` or a non-negative integer. "
                f"Received: seed={seed!r}"
            )
        self._init_seed = seed  # what the user said, for the config
        self.seed = draw_seed() if seed is None else seed

    def get_config(self) -> Config:
        if isinstance(self._init_seed, SeedGenerator):
            return {"seed": registry.serialize(self._init_seed, "random")}
        return {"seed": self._init_seed}

    def _generator(self):
        seed = self.seed.next() if isinstance(self.seed, SeedGenerator) else self.seed
        return np.random.Generator(np.random.PCG64(seed))

    def _normal(self, shape, mean, std, dtype):
        generator = self._generator()
        return _filled(shape, dtype, lambda n: mean + std * generator.standard_normal(n))

    def _truncated_normal(self, shape, mean, std, dtype):
        generator = self._generator()
        values = generator.standard_normal(math.prod(shape))
        outside = np.flatnonzero(np.abs(values) > 2)
        while outside.size:
            values[outside] = generator.standard_normal(outside.size)
            outside = outside[np.abs(values[outside]) > 2]
        values *= std
        values += mean
        return values.reshape(shape).astype(dtype_or_floatx(dtype))

    def _uniform(self, shape, low, high, dtype):
        generator = self._generator()
        values = _filled(shape, dtype, lambda n: generator.uniform(low, high, n))
        # Rounding may have reached the end of the interval, which does not belong to it.
        real = values.dtype.type
        return np.minimum(values, np.nextafter(real(high), real(low)), out=values)


def _filled(shape, dtype, draw):
    """Return an array of draws, ``draw(n)`` in float64, made piece by piece: a large one is never
    in memory as float64. The pieces do not show in the values."""
    values = np.empty(math.prod(shape), dtype_or_floatx(dtype))
    for first in range(0, values.size, _PIECE):
        piece = values[first:first + _PIECE]
        piece[:] = draw(piece.size)
    return values.reshape(shape)


def _is_seed(seed):
    if isinstance(seed, SeedGenerator):
        return True
    return isinstance(seed, numbers.Integral) and seed >= 0


class RandomNormal(RandomInitializer):
    """Draws from a normal distribution.

    Parameters
    ----------
    mean : float, default 0.0
    stddev : float, default 0.05
        Standard deviation.
    seed : int or SeedGenerator, optional
        None draws one seed now; a SeedGenerator gives new values at every call.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.RandomNormal(stddev=0.1, seed=1)((500, 500))
    >>> round(float(w.std()), 2)
    0.1
    """

    def __init__(self, mean: ArrayLike | None = 0.0, stddev: float = 0.05,
                 seed: Seed = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        return self._normal(shape, self.mean, self.stddev, dtype)

    def get_config(self) -> Config:
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Draws from a normal distribution, again where a value is over two `stddev` from the mean.

    Parameters
    ----------
    mean : float, default 0.0
    stddev : float, default 0.05
        Standard deviation before the tails are cut; after it is 0.88 times that.
    seed : int or SeedGenerator, optional
        As for :class:`RandomNormal`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.TruncatedNormal(stddev=1.0, seed=1)((500, 500))
    >>> bool(abs(w).max() <= 2)
    True
    """

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        return self._truncated_normal(shape, self.mean, self.stddev, dtype)


class RandomUniform(RandomInitializer):
    """Draws from a uniform distribution over ``[minval, maxval)``, also integers.

    Parameters
    ----------
    minval, maxval : float, default -0.05 and 0.05
    seed : int or SeedGenerator, optional
        As for :class:`RandomNormal`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.RandomUniform(-1.0, 1.0, seed=1)((500, 500))
    >>> bool(-1 <= w.min() and w.max() < 1)
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed)

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        dtype = dtype_or_floatx(dtype)
        if dtype.kind in "iu":
            return self._generator().integers(self.minval, self.maxval, shape, dtype)
        return self._uniform(shape, self.minval, self.maxval, dtype)

    def get_config(self) -> Config:
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal columns (rows, when it is wide), times `gain`.

    Axes before the last are taken as one. Source: Saxe et al. (2014), Exact solutions to the
    nonlinear dynamics of learning in deep linear neural networks.

    Parameters
    ----------
    gain : float, default 1.0
    seed : int or SeedGenerator, optional
        As for :class:`RandomNormal`.

    Raises
    ------
    ValueError
        When called with a shape of fewer than two axes.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import initializers
    >>> q = initializers.Orthogonal(seed=1)((4, 3), "float64")
    >>> bool(np.allclose(q.T @ q, np.eye(3)))
    True
    """

    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        if len(shape) < 2:
            raise ValueError(
                "Orthogonal: The tensor to initialize must be at least two-dimensional. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        n_rows, n_columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(n_rows, n_columns), min(n_rows, n_columns))
        q, r = np.linalg.qr(self._generator().standard_normal(tall))
        q *= np.sign(np.diag(r))  # without it Q is not uniform over the orthogonal matrices
        if n_rows < n_columns:
            q = q.T
        return np.ascontiguousarray(self.gain * q.reshape(shape), dtype_or_floatx(dtype))

    def get_config(self) -> Config:
        return {**super().get_config(), "gain": self.gain}
