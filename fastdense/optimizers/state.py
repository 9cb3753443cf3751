"""The variables of an optimizer: its counter, its learning rate, and what it keeps of the past."""

from __future__ import annotations

import numbers
import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense import initializers
from fastdense.variable import Variable, assign_all

from .schedules import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike

    from fastdense._types import Array, InitializerLike, LearningRate

__all__ = ["OptimizerState"]


class OptimizerState:
    """A counter, a learning rate, and one variable of each slot for each trainable variable."""

    _updates_in_place = False  # whether `update_step` takes no memory for arrays

    def __init__(self, learning_rate: LearningRate, name: str) -> None:
        if not callable(learning_rate) and not isinstance(learning_rate, numbers.Real):
            raise ValueError(
                "Argument `learning_rate` should be float, or an instance of "
                "LearningRateSchedule, or a callable without arguments that returns the learning "
                f"rate. Received instead: learning_rate={learning_rate!r}"
            )
        self.name = name
        self.built = False
        self._variables: list[Variable] = []
        self._trainable_variables: list[Variable] = []
        self._slots: dict[str, list[Variable]] = {}  # one for each trainable variable
        self._room: list[Array] = []  # for the values before a step
        self._iterations = self.add_variable((), dtype="int64", name="iteration")
        if not callable(learning_rate):
            learning_rate = self.add_variable(
                (), initializers.Constant(learning_rate), name="learning_rate"
            )
        self._learning_rate = learning_rate

    def __getstate__(self) -> Any:
        return {**self.__dict__, "_room": []}  # nothing to keep, in a copy or a file

    @property
    def learning_rate(self) -> Variable | float:
        """The learning rate of the next step: a Variable, or a float if a schedule tells it.

        Assign a float to change it, or a schedule to let that tell it from now on.
        """
        if isinstance(self._learning_rate, Variable):
            return self._learning_rate
        return self._scheduled(int(self._iterations))

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        if callable(value):
            if isinstance(self._learning_rate, Variable):
                self._variables = [v for v in self._variables if v is not self._learning_rate]
            self._learning_rate = value
        elif isinstance(self._learning_rate, Variable):
            self._learning_rate.assign(value)
        else:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object, or another "
                "callable, as its `learning_rate` constructor argument, hence its learning rate "
                f"is not settable. Received: learning_rate={value}. Create the optimizer with a "
                "float, or assign another schedule."
            )

    def learning_rates(self, n_steps: int) -> Array:
        """Return the learning rates of the next steps, as the engine reads them.

        Parameters
        ----------
        n_steps : int

        Returns
        -------
        float, or ndarray of float64, shape (n_steps,), where a schedule tells them
        """
        if isinstance(self._learning_rate, Variable):
            return float(self._learning_rate)
        first = int(self._iterations)
        return np.array([self._scheduled(first + step) for step in range(n_steps)], dtype=float)

    def _scheduled(self, step):
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(step)
        return self._learning_rate()

    @property
    def variables(self) -> list[Variable]:
        """Iteration, learning rate (unless scheduled), then the state, as a list of Variable."""
        return list(self._variables)

    def slots_for(self, variable: Variable) -> list[Variable]:
        """Return the state of a variable as a list of Variable, in the order of `slots`.

        Raises
        ------
        ValueError
            If the optimizer was not built with the variable.
        """
        index = self._get_variable_index(variable)
        return [variables[index] for variables in self._slots.values()]

    def add_variable(self, shape: Sequence[int], initializer: InitializerLike = "zeros",
                     dtype: DTypeLike | None = None, name: str | None = None) -> Variable:
        """Make a variable of this optimizer; see :func:`fastdense.initializers.get`."""
        initializer = initializers.get(initializer)
        variable = Variable(initializer, shape, dtype, trainable=False, name=name)
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(self, reference_variable: Variable, name: str | None = None,
                                    initializer: InitializerLike = "zeros") -> Variable:
        """Make a variable of the shape and dtype of another one."""
        prefix = reference_variable.path.replace("/", "_")
        return self.add_variable(
            reference_variable.shape, initializer, reference_variable.dtype,
            name=f"{prefix}_{name or 'var'}",
        )

    def add_optimizer_variables(self, trainable_variables: Iterable[Variable],
                                name: str | Sequence[str], initializer: Any = "zeros") -> Any:
        """Make a variable like each of `trainable_variables`.

        Parameters
        ----------
        trainable_variables : list of Variable
        name : str, or sequence of str
            Several names are made variable by variable, in this order.
        initializer : str or Initializer, or sequence of them
            One for all names, or one each.

        Returns
        -------
        list of Variable, or for several names a tuple of such lists
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, (list, tuple))
        kinds = list(initializer) if several else [initializer] * len(names)
        if len(kinds) != len(names):
            raise ValueError(
                "The number of provided names must match the number of provided initializers. "
                f"Received: name={name}, initializer={initializer}"
            )
        made: tuple[list[Variable], ...] = tuple([] for _ in names)
        for variable in trainable_variables:
            for variables, own_name, kind in zip(made, names, kinds, strict=True):
                variables.append(self.add_variable_from_reference(variable, own_name, kind))
        return made[0] if isinstance(name, str) else made

    def _get_variable_index(self, variable):
        for index, known in enumerate(self._trainable_variables):
            if known is variable:
                return index
        raise ValueError(
            f"Unknown variable: {variable}. This optimizer can only be called for the variables it "
            "was originally built with. Create a new optimizer for new variables."
        )

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Set `variables` to these arrays.

        Raises
        ------
        ValueError
            If the optimizer is not built, or a number or shape differs.
        """
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. "
                "Call `optimizer.build(trainable_variables)` first."
            )
        if len(weights) != len(self._variables):
            raise ValueError(
                f"set_weights: expected {len(self._variables)} arrays. Received: {len(weights)}."
            )
        for variable, weight in zip(self._variables, weights, strict=True):
            if variable.shape != np.shape(weight):
                raise ValueError(
                    f"Optimizer variable {variable.path} has shape {variable.shape} not compatible "
                    f"with provided weight shape {np.shape(weight)}."
                )
        assign_all(zip(self._variables, weights, strict=True))

    def save_own_variables(self, store: Any) -> None:
        """Write the variables to a dict or an HDF5 group, under "0", "1", ..."""
        for i, variable in enumerate(self._variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read what :meth:`save_own_variables` wrote; another number of variables is skipped."""
        if len(store.keys()) != len(self._variables):
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has "
                f"{len(self._variables)} variables whereas the saved optimizer has "
                f"{len(store.keys())} variables.",
                stacklevel=2,
            )
            return
        assign_all([(variable, store[str(i)]) for i, variable in enumerate(self._variables)])
