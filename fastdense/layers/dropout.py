"""Dropout, and the one for self-normalizing networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.layers.noise import Noise, fraction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Config

__all__ = ["AlphaDropout", "Dropout"]


class Dropout(Noise):
    """Drop inputs at random in training, and scale the others by ``1 / (1 - rate)``.

    Parameters
    ----------
    rate : float
        Fraction to drop, from 0 to 1.
    noise_shape : tuple of int or None, optional
        Shape of the mask with the batch axis: 1 where an axis shares it, None for the input's.
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

    Source: Srivastava et al., Journal of Machine Learning Research 15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> x = np.ones((1, 8))
    >>> layers.Dropout(0.5)(x)
    array([[1., 1., 1., 1., 1., 1., 1., 1.]], dtype=float32)
    >>> sorted(set(layers.Dropout(0.5, seed=1)(x, training=True).ravel().tolist()))
    [0.0, 2.0]
    """

    kind = "dropout"

    def __init__(self, rate: float, noise_shape: Sequence[int | None] | None = None,
                 seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(fraction("rate", rate), seed, **kwargs)
        self.rate = rate
        self.noise_shape = _noise_shape(noise_shape)

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed,
                "noise_shape": self.noise_shape}


class AlphaDropout(Dropout):
    """Dropout that keeps mean and variance, for networks with selu activations.

    Parameters
    ----------
    rate : float
        Fraction to set to selu's lower limit, from 0 to 1.
    noise_shape : tuple of int or None, optional
        As for :class:`Dropout`.
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

    ``a * where(kept, inputs, alpha') + b`` with the a and b that keep mean 0 and variance 1.
    Source: Klambauer et al., Self-Normalizing Neural Networks, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layers.AlphaDropout(0.5)(np.ones((1, 3)))
    array([[1., 1., 1.]], dtype=float32)
    """

    kind = "alpha_dropout"


def _noise_shape(shape):
    if shape is None:
        return None
    complaint = "Invalid value received for argument `noise_shape`. Expected"
    if isinstance(shape, str):
        raise ValueError(f"{complaint} a tuple or list of integers. Received: noise_shape={shape}")
    try:
        shape = tuple(shape)
    except TypeError:
        raise ValueError(f"{complaint} an iterable of integers (e.g., a tuple or list). Received: "
                         f"noise_shape={shape}") from None
    for i, n in enumerate(shape):
        if n is not None and (isinstance(n, bool) or not isinstance(n, int)):
            raise ValueError(f"{complaint} all elements to be integers or None. Received element "
                             f"at index {i}: {n} (type: {type(n).__name__})")
        if n is not None and n <= 0:
            raise ValueError(f"{complaint} all dimensions to be positive integers or None. "
                             f"Received negative or zero value at index {i}: {n}")
    return shape
