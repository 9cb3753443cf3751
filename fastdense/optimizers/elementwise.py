"""Optimizers that the engine knows: each weight moves by its own gradient and its own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import kernels
from fastdense.kernels.rules import Factors, UpdateRule

from .base import Optimizer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Array
    from fastdense.variable import Variable

__all__ = ["ElementwiseOptimizer", "powers"]

_RATE = Factors._fields.index("rate")


class ElementwiseOptimizer(Optimizer):
    """Base class of the optimizers whose step is a loop of the engine.

    A subclass names the loop (`kind`) and gives it constants (`hyper`) and numbers that change
    from step to step (`corrected`). From these come both the fused step of `fit` (`rule`,
    `factors`) and the plain one (`update_step`), which so give the same bits.
    """

    kind = ""  # as fastdense.kernels knows it

    hyper: Any  # a method of every subclass: the constants of the update, a dict of str to float

    def corrected(self, learning_rates: Any, steps: Array) -> Factors:
        """Return what the loop multiplies with at each step.

        Parameters
        ----------
        learning_rates : float, or ndarray of float64, shape (n,)
        steps : ndarray of float64, shape (n,)
            Number of each step, from 1.

        Returns
        -------
        Factors of float or ndarray, shape (n,)
            Without `decay`.
        """
        return Factors(rate=learning_rates)

    def factors(self, n_steps: int) -> Array:
        """Return what changes from step to step, for the next steps, as the engine reads it.

        Returns
        -------
        ndarray of float64, shape (n_steps, len(Factors))
        """
        learning_rates = self.learning_rates(n_steps)
        if type(self).corrected is ElementwiseOptimizer.corrected and not self.weight_decay:
            table = np.zeros((n_steps, len(Factors._fields)))
            table[:, _RATE] = learning_rates
            return table
        steps = 1.0 + int(self.iterations) + np.arange(n_steps)
        decay = learning_rates * (self.weight_decay or 0.0)
        return _table(n_steps, self.corrected(learning_rates, steps)._replace(decay=decay))

    def update_step(self, gradient: Array, variable: Variable, learning_rate: float) -> None:
        step = 1.0 + int(self.iterations)
        (factors,) = _table(1, self.corrected(float(learning_rate), np.array([step])))
        slots = [slot._edit().reshape(-1) for slot in self.slots_for(variable)]
        weights = variable._edit().reshape(-1)
        gradient = np.ascontiguousarray(gradient, weights.dtype).reshape(-1)
        kernels.for_dtype(variable.dtype).apply_update(
            self.kind, self.hyper(), factors, weights, gradient, slots)

    @property
    def _updates_in_place(self):
        return type(self).update_step is ElementwiseOptimizer.update_step

    @property
    def rule(self) -> UpdateRule | None:  # type: ignore[override]
        """What the engine is to compute, or None if it cannot."""
        if not self._updates_in_place or not self._is_elementwise:
            return None
        names: list[str] = []
        for group in self.slots():
            if isinstance(group, str):
                names.append(group)
            else:
                names.extend(group)
        return UpdateRule(self.kind, self.hyper(), tuple(names))


def powers(base: float, steps: Array) -> Array:
    """Return ``base ** steps`` by the C library: NumPy's own pow depends on the CPU's vectors."""
    return np.array([base**step for step in steps.tolist()])


def _table(n_steps, factors):
    """One row a step."""
    table = np.empty((n_steps, len(factors)))
    for i, column in enumerate(factors):
        table[:, i] = column
    return table
