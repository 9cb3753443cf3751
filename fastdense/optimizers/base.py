"""What every optimizer is: a learning rate, a counter, state for each variable, and one step."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from fastdense import kernels
from fastdense.utils.naming import auto_name
from fastdense.variable import Variable, all_or_none, assign_all

from . import clipping, schedules
from .arguments import check_clipping, check_ema, read_gradients
from .state import OptimizerState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import ArrayLike
    from typing_extensions import Self

    from fastdense._types import Array, Config, CustomObjects, LearningRate, Slots
    from fastdense.kernels.rules import UpdateRule

__all__ = ["Optimizer"]


class Optimizer(OptimizerState):
    """Base class: a subclass defines `slots`, `update_step` and `get_config`.

    Parameters
    ----------
    learning_rate : float, LearningRateSchedule or callable
        A callable takes no argument and is asked at every step.
    weight_decay : float, optional
        Before each step ``w -= w * weight_decay * learning_rate``.
    clipnorm : float, optional
        Gradients of a larger Euclidean norm are scaled down to it, each variable's on its own.
    clipvalue : float, optional
        Gradients are clipped to ``[-clipvalue, clipvalue]``.
    global_clipnorm : float, optional
        As `clipnorm`, with the norm of all gradients together.
    use_ema : bool, default False
        Keep a running mean of the weights, and put it in their place at the end of `fit`.
    ema_momentum : float, default 0.99
        ``mean = ema_momentum * mean + (1 - ema_momentum) * w`` after each step.
    ema_overwrite_frequency : int, optional
        Also put it in their place every so many steps.
    loss_scale_factor : float, optional
        Factor that the loss was multiplied by; gradients are divided by it.
    gradient_accumulation_steps : int, optional
        Apply the mean of so many gradients at once, 2 or more.
    name : str, optional
        Default: the class name in snake case.

    Raises
    ------
    ValueError
        If an argument is out of range or not known, or more than one of the three clippings is
        given.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import Variable, ops, optimizers
    >>> class SignDescent(optimizers.Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         variable.assign_sub(learning_rate * np.sign(gradient))
    >>> w = Variable([1.0, 2.0])
    >>> SignDescent(0.5).apply([np.array([30.0, -0.1])], [w])
    >>> w.numpy()
    array([0.5, 2.5], dtype=float32)
    """

    rule: UpdateRule | None = None

    def __init__(self, learning_rate: LearningRate, weight_decay: float | None = None,
                 clipnorm: float | None = None, clipvalue: float | None = None,
                 global_clipnorm: float | None = None, use_ema: bool = False,
                 ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None,
                 loss_scale_factor: float | None = None,
                 gradient_accumulation_steps: int | None = None, name: str | None = None,
                 **kwargs: Any) -> None:
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                "Argument `decay` is no longer supported and will be ignored. Pass a schedule as "
                "learning_rate instead.",
                stacklevel=3,
            )
        if kwargs:
            raise ValueError(
                f"Argument(s) not recognized: {kwargs}. The learning rate is `learning_rate`."
            )
        check_ema(use_ema, ema_momentum, ema_overwrite_frequency)
        check_clipping(clipnorm, clipvalue, global_clipnorm)
        if gradient_accumulation_steps and gradient_accumulation_steps < 2:
            raise ValueError(
                "`gradient_accumulation_steps` must be an integer >= 2. Received: "
                f"gradient_accumulation_steps={gradient_accumulation_steps}"
            )
        super().__init__(learning_rate, name or auto_name(type(self).__name__))
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._not_decayed: list[Variable] = []
        self._not_decayed_names: str | None = None  # a pattern

    # -- state -------------------------------------------------------------------------------------

    @property
    def iterations(self) -> Variable | int:
        """Number of updates done over all fits, a Variable (with accumulation an int)."""
        if self.gradient_accumulation_steps:
            return int(self._iterations) // self.gradient_accumulation_steps
        return self._iterations

    def slots(self) -> Slots:
        """Return the state that each variable needs, as a dict of name to initializer.

        A key may also be a tuple of names: their variables are then made, and saved, variable by
        variable, as Keras does for some optimizers, instead of name by name.
        """
        return {}

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for these variables; only the first call does anything."""
        if self.built:
            return
        n_before = len(self._variables)
        try:
            self._build(variables)
        except BaseException:  # for want of memory, say: the next call begins anew
            del self._variables[n_before:]
            self._slots.clear()
            raise
        self.built = True

    def _build(self, variables):
        self._trainable_variables = list(variables)
        if self.use_ema:
            self._model_variables_moving_average = self.add_optimizer_variables(
                self._trainable_variables, "average"
            )
        if self.gradient_accumulation_steps:
            self._accumulated_gradients = self.add_optimizer_variables(
                self._trainable_variables, "gradient_accumulator"
            )
        for names, initializer in self.slots().items():
            names = (names,) if isinstance(names, str) else names
            made = self.add_optimizer_variables(self._trainable_variables, names, initializer)
            self._slots.update(zip(names, made, strict=True))

    def count(self, n_steps: int) -> None:
        """Note that so many steps have been taken."""
        # Without taking memory, which may fail: weights and count must not come apart.
        self._iterations._put(int(self._iterations) + n_steps)

    # -- one step ----------------------------------------------------------------------------------

    def update_step(self, gradient: Array, variable: Variable, learning_rate: float) -> None:
        """Change a variable and its state in place.

        Parameters
        ----------
        gradient : ndarray
            Of the variable's shape and dtype.
        variable : Variable
        learning_rate : float
        """
        raise NotImplementedError(f"{type(self).__name__} must override `update_step`.")

    def apply_gradients(self,
                        grads_and_vars: Iterable[tuple[ArrayLike | None, Variable]]) -> Variable:
        """Take one step.

        Parameters
        ----------
        grads_and_vars : iterable of (array_like, Variable)

        Returns
        -------
        Variable
            The counter of steps.
        """
        grads, trainable_variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, trainable_variables)
        return self._iterations

    def apply(self, grads: Iterable[ArrayLike | None],
              trainable_variables: Iterable[Variable] | None = None) -> None:
        """Take one step.

        In this order: divide by `loss_scale_factor`, accumulate, clip, decay the weights, update,
        average, constrain, count. After an error in any of these, all variables are as before.

        Parameters
        ----------
        grads : list of array_like or None
            A None leaves its variable alone.
        trainable_variables : list of Variable, optional
            On the first call the optimizer is built with them. None means those it was built with.

        Raises
        ------
        ValueError
            If there is no gradient at all, a variable is not known, or the number of gradients is
            not that of the variables.
        """
        grads = list(grads)
        if not grads:
            return
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    "When passing `grads` without `variables`, the optimizer must already be built "
                    "on a list of variables. Call `optimizer.build(trainable_variables)` first."
                )
            variables = self._trainable_variables
        else:
            variables = list(trainable_variables)
            if not self.built:
                self.build(variables)
            for variable in variables:
                self._get_variable_index(variable)
        if len(grads) != len(variables):
            raise ValueError(
                "The gradients must match the variables one-to-one. Received: "
                f"{len(grads)} gradients for {len(variables)} trainable variables."
            )
        grads, variables = read_gradients(grads, variables)
        if self.loss_scale_factor is not None:
            grads = [gradient / self.loss_scale_factor for gradient in grads]
        with all_or_none(self._at_risk(variables), self._room):
            self._step(grads, variables)

    def _at_risk(self, variables):
        """What an error could leave half updated: nothing, once all that takes memory is done."""
        everything, constraints = [*self._variables, *variables], [v.constraint for v in variables]
        if (not self._updates_in_place or self.use_ema or self.gradient_accumulation_steps
                or any(constraints)):
            return everything
        for variable in everything:
            variable._fetched()
        return []

    def _step(self, grads, variables):
        if self.gradient_accumulation_steps:
            grads = self._accumulate(grads, variables)
        if grads is not None:
            self._update(grads, variables)
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self.count(1)

    def _accumulate(self, grads, variables):
        """Add to the sums; return the means when it is time to apply them, else None."""
        sums = [self._accumulated_gradients[self._get_variable_index(v)] for v in variables]
        for total, gradient in zip(sums, grads, strict=True):
            total.assign_add(gradient)
        n_steps = self.gradient_accumulation_steps
        if (int(self._iterations) + 1) % n_steps:
            return None
        means = [total.value / n_steps for total in sums]
        for total in self._accumulated_gradients:
            total._edit()[...] = 0
        return means

    def _update(self, grads, variables):
        learning_rate = float(self.learning_rate)
        grads = self._clip_gradients(grads)
        for gradient, variable in zip(grads, variables, strict=True):
            if self.weight_decay and self.decays(variable):
                kernels.for_dtype(variable.dtype).decay_weights(
                    self.weight_decay * learning_rate, variable._edit().reshape(-1))
            self.update_step(gradient, variable, learning_rate)

    def _clip_gradients(self, grads):
        if (self.clipnorm or 0) > 0:
            return clipping.clip_by_norm(grads, self.clipnorm)
        if (self.global_clipnorm or 0) > 0:
            return clipping.clip_by_global_norm(grads, self.global_clipnorm)
        if (self.clipvalue or 0) > 0:
            return clipping.clip_by_value(grads, self.clipvalue)
        return grads

    def decays(self, variable: Variable) -> bool:
        """Return whether weight decay is for this variable too; all but the excluded ones."""
        if any(variable is excluded for excluded in self._not_decayed):
            return False
        pattern = self._not_decayed_names
        return pattern is None or re.search(pattern, variable.path) is None

    def _average(self):
        momentum = self.ema_momentum if int(self.iterations) else 0.0  # starts at the weights
        pairs = zip(self._model_variables_moving_average, self._trainable_variables, strict=True)
        for average, variable in pairs:
            average.assign(momentum * average.value + (1 - momentum) * variable.value)
        frequency = self.ema_overwrite_frequency
        if frequency and (int(self.iterations) + 1) % frequency == 0:
            self.finalize_variable_values(self._trainable_variables)

    @property
    def _is_elementwise(self):
        """Whether a step of this optimizer is that of its `update_step` and nothing else."""
        return type(self).apply is Optimizer.apply and not (
            self.clipnorm or self.clipvalue or self.global_clipnorm or self.use_ema
            or self.gradient_accumulation_steps
        )

    # -- what users and the trainer ask for ------------------------------------------------------

    def assign(self, variable: Variable, value: ArrayLike) -> None:
        """Give a variable a value; for `update_step` of a subclass, as the two that follow."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: ArrayLike) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: ArrayLike) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def exclude_from_weight_decay(self, var_list: Iterable[Variable] | None = None,
                                  var_names: Sequence[str] | None = None) -> None:
        """Let weight decay leave some variables alone.

        Parameters
        ----------
        var_list : list of Variable, optional
        var_names : list of str, optional
            Regular expressions; a variable in whose path, such as "sequential/dense/bias", one of
            them is found is left alone.
        """
        self._not_decayed = list(var_list or [])
        self._not_decayed_names = "|".join(var_names) if var_names else None

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Put the running means in the place of the weights, with `use_ema`; `fit` ends with it."""
        if not self.use_ema or not int(self._iterations):  # no step, no mean
            return
        var_list = list(var_list)
        averages = self._model_variables_moving_average if self.built else []
        if len(var_list) != len(averages):
            raise ValueError(
                f"The length of model variables ({len(var_list)}) to override does not match the "
                f"length of model variables stored in the optimizer ({len(averages)})."
            )
        assign_all([(variable, average.value)
                    for variable, average in zip(var_list, averages, strict=True)])

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times `loss_scale_factor`, as it has to be before its gradient."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict, of plain values unless given a callable."""
        learning_rate = self._learning_rate
        if isinstance(learning_rate, schedules.LearningRateSchedule):
            learning_rate = schedules.serialize(learning_rate)
        elif isinstance(learning_rate, Variable):
            learning_rate = float(learning_rate)
        return {
            "name": self.name,
            "learning_rate": learning_rate,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: Config, custom_objects: CustomObjects | None = None) -> Self:
        """Make an optimizer from what :meth:`get_config` returned; its state is new."""
        config = dict(config)
        if isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = schedules.deserialize(
                config["learning_rate"], custom_objects=custom_objects
            )
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
