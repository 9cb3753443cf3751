"""What layers with noise share: a seed, a count of draws, and nothing to do but in training."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

import numpy as np

from fastdense import random
from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.layer import Layer
from fastdense.variable import Variable

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Noise", "SeedState", "fraction"]


class SeedState:
    """Seed of a layer and how often it has drawn, as Keras's `SeedGenerator` keeps them.

    Attributes
    ----------
    state : Variable of uint32, shape (2,)
        Storing it and assigning it back repeats what followed.
    """

    def __init__(self, seed: int | None) -> None:
        seed = random.draw_seed() if seed is None else seed
        self.state = Variable(np.array([seed % 2**32, 0]), dtype="uint32", trainable=False,
                              name="seed_generator_state")


class Noise(Layer):
    """A layer that adds noise in training; a subclass has a `kind` of stage and a `rate`."""

    noise_shape: Any = None
    kind: str
    seed: int | None
    amount: float

    def __init__(self, amount: float, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if seed is not None and (not isinstance(seed, numbers.Integral) or seed < 0):
            raise ValueError(f"{type(self).__name__}: expected `seed` to be an integer, zero or "
                             f"more, or None. Received: seed={seed!r}")
        self.amount = amount
        self.seed = seed
        if amount > 0:
            self.seed_generator = SeedState(seed)
        self.built = True

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the one stage, or nothing without noise."""
        if self.amount == 0:
            return []
        n, rows = input_shape[-1], math.prod(input_shape[:-1])
        shared, size, table = self._draws(input_shape)
        return [Stage(self.kind, n, n, rows, parameters=(self.amount, shared, size), table=table)]

    def _draws(self, shape):
        """Whether all samples draw the same, how many numbers, and which elements take which."""
        if self.noise_shape is None:
            return 0.0, 0, ()
        full = (None, *shape)
        if len(self.noise_shape) != len(full):
            raise ValueError(f"{type(self).__name__}: expected noise_shape with {len(full)} axes, "
                             f"as the input. Received: noise_shape={self.noise_shape}")
        for wanted, there in zip(self.noise_shape[1:], shape, strict=True):
            if wanted not in (None, 1, there):
                raise ValueError(f"{type(self).__name__}: expected the axes of noise_shape to be "
                                 f"None, 1 or those of the input, {full}. Received: "
                                 f"noise_shape={self.noise_shape}")
        inner = [there if wanted is None else wanted
                 for wanted, there in zip(self.noise_shape[1:], shape, strict=True)]
        shared = 1.0 if self.noise_shape[0] == 1 else 0.0
        if inner == list(shape):
            return shared, 0, ()
        size = math.prod(inner)
        table = np.broadcast_to(np.arange(size).reshape(inner), shape)
        return shared, size, tuple(table.reshape(-1).tolist())

    def held(self) -> list[Held]:
        """Return the random state, which the engine moves on."""
        return [Held(seed=self.seed_generator.state)] if self.amount > 0 else []

    @property
    def variables(self) -> list[Variable]:
        """The random state; it is no weight, as in Keras."""
        return [self.seed_generator.state] if self.amount > 0 else []


def fraction(argument, value):
    """`value` if it is from 0 to 1, or a ValueError in Keras's words."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise ValueError(f"Invalid value received for argument `{argument}`. Expected a float "
                         f"value between 0 and 1. Received: {argument}={value}")
    return value
