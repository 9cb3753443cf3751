"""Normally distributed noise, added or multiplied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.layers.noise import Noise, fraction

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config

__all__ = ["GaussianDropout", "GaussianNoise"]


class GaussianNoise(Noise):
    """Add normal noise of mean 0 in training.

    Parameters
    ----------
    stddev : float
        Standard deviation, from 0 to 1.
    seed : int, optional
        None draws one from the library's generator, which
        :func:`fastdense.utils.set_random_seed` sets.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If an argument is not as described.

    Notes
    -----
    What is drawn depends on the seed, the number of the step and the place in the batch alone: not
    on threads or instruction sets. ``seed_generator.state`` counts the steps.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.GaussianNoise(0.1)(np.ones((1, 3)))
    array([[1., 1., 1.]], dtype=float32)
    """

    kind = "gaussian_noise"

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(fraction("stddev", stddev), seed, **kwargs)
        self.stddev = stddev

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}


class GaussianDropout(Noise):
    """Multiply by normal noise of mean 1 and deviation ``sqrt(rate / (1 - rate))`` in training.

    Parameters
    ----------
    rate : float
        From 0 to below 1.
    seed : int, optional
        None draws one from the library's generator, which
        :func:`fastdense.utils.set_random_seed` sets.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If an argument is not as described.

    Notes
    -----
    What is drawn depends on the seed, the number of the step and the place in the batch alone: not
    on threads or instruction sets. ``seed_generator.state`` counts the steps.

    Source: Srivastava et al., Journal of Machine Learning Research 15, 2014, section 10.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.GaussianDropout(0.5)(np.ones((1, 3)))
    array([[1., 1., 1.]], dtype=float32)
    """

    kind = "gaussian_dropout"

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(fraction("rate", rate), seed, **kwargs)
        if rate == 1:
            raise ValueError("GaussianDropout: expected a rate below 1, as its noise has the "
                             "deviation sqrt(rate / (1 - rate)). Received: rate=1")
        self.rate = rate

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
