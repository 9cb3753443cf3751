"""One call that makes a program repeatable."""

from __future__ import annotations

import numbers

import numpy as np

from fastdense.random import set_seed

__all__ = ["set_random_seed"]


def set_random_seed(seed: int) -> None:
    """Seed Python's `random`, `numpy.random` and fastdense itself.

    Two runs of one program then start from the same weights and see the same batches. The
    number of threads does not matter: fastdense gives the same bits for any.

    Parameters
    ----------
    seed : int
        From 0 to 2**32 - 1, the range that NumPy takes.

    Raises
    ------
    ValueError
        If `seed` is not an integer or out of range. Nothing is seeded then.

    Examples
    --------
    >>> import numpy as np
    >>> import fastdense
    >>> fastdense.utils.set_random_seed(42)
    >>> first = np.random.rand()
    >>> fastdense.utils.set_random_seed(42)
    >>> first == np.random.rand()
    True
    """
    if not isinstance(seed, numbers.Integral):
        raise ValueError(
            "set_random_seed: Expected `seed` argument to be an integer, such as 42. "
            f"Received: seed={seed!r} (of type {type(seed)})"
        )
    seed = int(seed)
    if not 0 <= seed < 2**32:
        raise ValueError(
            f"set_random_seed: Seed must be between 0 and 2**32 - 1. Received: seed={seed}"
        )
    import random

    random.seed(seed)
    np.random.seed(seed)
    set_seed(seed)
