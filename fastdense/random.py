"""The library's one source of randomness: first weights, shuffles and dropout all draw from it.

It is seeded from the operating system's entropy, so two runs differ until :func:`set_seed` is
called.
"""

from __future__ import annotations

import functools
import numbers
import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing_extensions import Self

    from fastdense._types import Config

__all__ = ["SeedGenerator", "draw_seed", "generator", "set_seed"]


@functools.cache
def generator() -> np.random.Generator:
    """Return the library's generator, the same object for the life of the process.

    Returns
    -------
    numpy.random.Generator
        A PCG64. ``generator().bit_generator.state`` can be stored and put back.

    Examples
    --------
    >>> from fastdense import random
    >>> random.generator() is random.generator()
    True
    """
    made = np.random.Generator(np.random.PCG64())
    lock = made.bit_generator.lock
    if hasattr(os, "register_at_fork"):  # no child gets it locked by a thread that is not there
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release,
                            after_in_child=lock.release)
    return made


def set_seed(seed: int | None) -> None:
    """Start the library's random numbers again from `seed`.

    Parameters
    ----------
    seed : int or None
        Any non-negative integer. None takes fresh entropy from the operating system.

    Raises
    ------
    ValueError
        If `seed` is neither.

    Examples
    --------
    >>> from fastdense import random
    >>> random.set_seed(7)
    >>> first = random.draw_seed()
    >>> random.set_seed(7)
    >>> random.draw_seed() == first
    True
    """
    if seed is not None and not _is_seed(seed):
        raise ValueError(
            f"set_seed: expected a non-negative integer or None. Received: seed={seed!r}"
        )
    # In place, so that everybody who holds the generator follows.
    generator().bit_generator.state = np.random.PCG64(seed).state


def draw_seed() -> int:
    """Draw a seed from the library's generator.

    Returns
    -------
    int
        From 0 to 2**32 - 1.

    Examples
    --------
    >>> from fastdense import random
    >>> 0 <= random.draw_seed() < 2**32
    True
    """
    return int(generator().integers(2**32))


class SeedGenerator:
    """A stream of seeds: an initializer seeded with one gives new values at every call.

    Parameters
    ----------
    seed : int, optional
        Which stream, from 0 to 2**63 - 1. None draws it from the library's generator.
    name : str, optional
        Kept for the config. Default "seed_generator".

    Attributes
    ----------
    state : ndarray of int64, shape (2,)
        The stream and how many seeds have been taken from it, as in Keras. Storing it and putting
        it back (``generator.state[:] = stored``) repeats what followed.

    Raises
    ------
    ValueError
        If `seed` is not such an integer.

    Examples
    --------
    >>> from fastdense import initializers, random
    >>> initializer = initializers.RandomNormal(seed=random.SeedGenerator(1))
    >>> bool((initializer((3,)) == initializer((3,))).any())
    False
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        if seed is not None and not (_is_seed(seed) and seed < 2**63):
            raise ValueError(
                "SeedGenerator: Argument `seed` must be an integer from 0 to 2**63 - 1, or None. "
                f"Received: seed={seed!r}"
            )
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self.state = np.array([draw_seed() if seed is None else seed, 0], np.int64)

    def next(self, ordered: bool = True) -> int:
        """Return the next seed of the stream, an int from 0 to 2**32 - 1; `ordered` is ignored."""
        seed = np.random.SeedSequence(self.state.tolist()).generate_state(1)[0]
        self.state[1] += 1
        return int(seed)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict; the position in the stream is not kept."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a generator from what :meth:`get_config` returned."""
        return cls(**config)


def _is_seed(seed):
    return isinstance(seed, numbers.Integral) and seed >= 0
