"""What every metric is: variables that are updated batch by batch, and a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config, initializers
from fastdense.utils.naming import auto_name
from fastdense.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike
    from typing_extensions import Self

    from fastdense._types import Config, InitializerLike, Shape
    from fastdense.kernels.rules import MetricRule

__all__ = ["Metric"]


class Metric:
    """Base class: a subclass adds variables and defines `update_state` and `result`.

    Parameters
    ----------
    dtype : {"float32", "float64"}, optional
        Dtype of the result. None means :func:`fastdense.config.floatx`.
    name : str, optional
        Default: the class name in snake case.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import metrics
    >>> class LargestError(metrics.Metric):
    ...     def __init__(self, name="largest_error", dtype=None):
    ...         super().__init__(name=name, dtype=dtype)
    ...         self.largest = self.add_variable((), "zeros", name="largest")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         error = np.max(np.abs(np.subtract(y_true, y_pred)))
    ...         self.largest.assign(max(float(self.largest), error))
    ...     def result(self):
    ...         return float(self.largest)
    >>> metric = LargestError()
    >>> metric([1.0, 2.0], [1.5, 4.0])
    2.0
    """

    rule: MetricRule | None = None

    def __init__(self, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        self.name = name or auto_name(type(self).__name__)
        self._dtype = np.dtype(dtype or config.floatx()).name
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """Name of the dtype of the result."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The variables of this metric, then those of metrics that it holds, as a list."""
        own = _unique(_found_in(vars(self), Variable))
        inner = _unique(_found_in(vars(self), Metric))
        return own + [variable for metric in inner for variable in metric.variables]

    def add_variable(self, shape: Sequence[int], initializer: InitializerLike,
                     dtype: DTypeLike | None = None, aggregation: str = "sum",
                     name: str | None = None) -> Variable:
        """Make a variable for the state of this metric.

        Parameters
        ----------
        shape : tuple of int
        initializer : str, Initializer or callable
            As for :func:`fastdense.initializers.get`; None means zeros.
        dtype : str, optional
            None means :func:`fastdense.config.floatx`.
        aggregation : str
            Not used; here because Keras has it.
        name : str, optional

        Returns
        -------
        Variable

        Raises
        ------
        RuntimeError
            If the constructor of the base class has not run yet.
        """
        if not hasattr(self, "_variables"):
            raise RuntimeError(
                f"{type(self).__name__}: You forgot to call `super().__init__()` as the first "
                "statement of `__init__()`."
            )
        variable = Variable(
            initializers.get(initializer or "zeros"), shape, dtype, trainable=False, name=name
        )
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        return variable

    def add_weight(self, shape: Sequence[int] = (), initializer: InitializerLike = None,
                   dtype: DTypeLike | None = None, name: str | None = None) -> Variable:
        """Make a variable for the state of this metric; the older name of `add_variable`."""
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    def build_for(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables that depend on the shapes of targets and predictions, if any do.

        A model calls it before the first batch, so that the state of a run can be stored and
        restored; alone, a metric does so with the first batch.

        Parameters
        ----------
        y_true_shape, y_pred_shape : tuple of int
            Samples included.

        Raises
        ------
        ValueError
            If the shapes do not fit the metric.
        """

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take a batch into account, usually ``(y_true, y_pred, sample_weight=None)``."""
        raise NotImplementedError(f"{type(self).__name__} must override `update_state`.")

    def result(self) -> Any:
        """Return the value of the metric over all batches since `reset_state`."""
        raise NotImplementedError(f"{type(self).__name__} must override `result`.")

    def reset_state(self) -> None:
        """Forget all batches: every variable becomes zero."""
        for variable in self.variables:
            variable._edit()[...] = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Update the state and return the result."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a metric from what :meth:`get_config` returned; its state is new."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _found_in(value, kind):
    """Yield the objects of a class in nested dicts, lists and tuples, in order."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _found_in(inner, kind)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _found_in(inner, kind)


def _unique(objects):
    return list({id(obj): obj for obj in objects}.values())
