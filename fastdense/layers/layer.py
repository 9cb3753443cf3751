"""What every layer has: a name, a dtype, variables, shapes, and the stages it asks of the engine.
"""

from __future__ import annotations

import math
import numbers
import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense import constraints, dtype_policies, initializers, regularizers
from fastdense.kernels.rules import Stage
from fastdense.layers import alone
from fastdense.utils.naming import name_or_auto
from fastdense.variable import Variable, assign_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike
    from typing_extensions import Self

    from fastdense._types import (
        Array,
        Config,
        ConstraintLike,
        InitializerLike,
        RegularizerLike,
        Shape,
    )
    from fastdense.config import DTypePolicy
    from fastdense.kernels.holding import Held

__all__ = ["Layer"]


class Layer:
    """Base class of all layers.

    Parameters
    ----------
    trainable : bool, default True
        Whether an optimizer may change the weights. Takes effect at ``compile()``.
    dtype : {"float32", "float64"} or DTypePolicy, optional
        None means :func:`fastdense.config.dtype_policy`.
    name : str, optional
        Default: the class in snake case, numbered.
    activity_regularizer : str or L1L2, optional
        Penalty on the output, divided by the batch size, that joins the loss.
    input_shape, input_dim : optional
        Shape of one sample, or its only axis, on the first layer of a model. `Input` is preferred.

    Raises
    ------
    ValueError
        If a keyword is unknown or the dtype is not supported.

    Notes
    -----
    A subclass says how it changes shapes (`compute_output_shape`), what it computes (`call`, on
    NumPy arrays) and which ``fastdense.kernels.rules.Stage`` the engine runs for it
    (`stages`).

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.Flatten(name="flat").name
    'flat'
    """

    min_ndim = 1  # axes of an input, with the batch

    def __init__(self, *, trainable: bool = True, dtype: str | DTypePolicy | None = None,
                 name: str | None = None, activity_regularizer: RegularizerLike = None,
                 **kwargs: Any) -> None:
        self._input_shape_argument = _take_input_shape(kwargs)
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}"
            )
        self.activity_regularizer: Any = regularizers.get(activity_regularizer)
        self.dtype_policy = dtype_policies.get(dtype)
        self.name = name_or_auto(name, type(self).__name__)
        self.built = False
        self.supports_masking = True
        self._trainable = bool(trainable)
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """Name of the dtype of the weights, of what is computed and of what comes out."""
        return self.dtype_policy.name

    compute_dtype = variable_dtype = dtype

    # -- weights --------------------------------------------------------------------------------

    @property
    def trainable(self) -> bool:
        """Whether an optimizer may change the weights; takes effect at ``compile()``."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)

    @property
    def weights(self) -> list[Variable]:
        """All variables, as a list of :class:`~fastdense.Variable`."""
        return list(self._variables)

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that an optimizer may change."""
        return [v for v in self.weights if self.trainable and v.trainable]

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The variables that an optimizer leaves alone."""
        trainable = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trainable]

    non_trainable_variables = non_trainable_weights

    @property
    def losses(self) -> list[float]:
        """One regularization loss, a float, for every regularized trainable variable."""
        return [v.regularizer(v.value) for v in self.weights
                if v.regularizer is not None and v.trainable and self.trainable]

    def add_weight(self, shape: Sequence[int] | None = None, initializer: InitializerLike = None,
                   dtype: DTypeLike | None = None, trainable: bool = True, autocast: bool = True,
                   regularizer: RegularizerLike = None, constraint: ConstraintLike = None,
                   aggregation: str = "none", overwrite_with_gradient: bool = False,
                   name: str | None = None) -> Variable:
        """Make a variable that belongs to the layer, and return it.

        Parameters
        ----------
        shape : tuple of int, optional
            None means ``()``, a single number.
        initializer : str, dict, callable or Initializer, optional
            None means "glorot_uniform", and "zeros" for integers and booleans.
        dtype : str, optional
            None means that of the layer.
        trainable : bool, default True
        autocast, aggregation, overwrite_with_gradient
            Accepted for Keras's signature.
        regularizer, constraint : str, dict or object, optional
        name : str, optional
        """
        dtype = np.dtype(dtype or self.dtype)
        if initializer is None:
            initializer = "glorot_uniform" if dtype.kind == "f" else "zeros"
        variable = Variable(initializers.get(initializer), () if shape is None else shape, dtype,
                            trainable, name=name)
        variable.path = f"{self.name}/{variable.name}"
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._variables.append(variable)
        return variable

    def get_weights(self) -> list[Array]:
        """Return copies of the weights, as a list of ndarray."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Replace the weights by a list of arrays; all are checked before any is changed."""
        variables = self.weights
        arrays = [np.asarray(w) for w in weights]
        if len(arrays) != len(variables):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of "
                f"length {len(arrays)}, but the layer was expecting {len(variables)} weights."
            )
        for variable, array in zip(variables, arrays, strict=True):
            if variable.shape != array.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with "
                    f"provided weight shape {array.shape}."
                )
            if array.dtype.kind not in "biuf":
                raise ValueError(
                    f"Layer {self.name}: expected weights of real numbers. Received: dtype "
                    f"{array.dtype} for `{variable.path}`."
                )
        assign_all(zip(variables, arrays, strict=True))
        self.weights_assigned()

    def weights_assigned(self) -> None:
        """Make anew what follows from the weights; called after all of them have got new values."""

    def count_params(self) -> int:
        """Return the number of weights of a built layer, counting every element."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't "
                f"built. You can build it manually via: `layer.build(input_shape)`."
            )
        return sum(v.size for v in self.weights)

    # -- shapes and computation -----------------------------------------------------------------

    def build(self, input_shape: Shape) -> None:
        """Make the variables; `input_shape` is a tuple that starts with the batch, often None."""
        self.built = True

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the output, a tuple, for an input shape with its batch axis."""
        return tuple(input_shape)

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Compute the layer on a NumPy array of its dtype: what the engine makes of its stages."""
        return alone.run(self, inputs, bool(training))

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the engine's stages, a list, for samples of shape `input_shape` (no batch).

        A subclass that computes something says here what that is.
        """
        return []

    def checked_stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return `stages`, unless a subclass has its own `call` that they do not describe.

        Raises
        ------
        NotImplementedError
            If the class that defines `call` is not the one that defines `stages`, or a parent.
        """
        line = type(self).__mro__
        first = next(c for c in line if "call" in vars(c) or "stages" in vars(c))
        if "stages" not in vars(first):
            raise NotImplementedError(
                f"{type(self).__name__} must override `stages(self, input_shape)` to be part of a "
                "model, as it overrides `call`: the engine cannot run Python code, and there is "
                "no automatic differentiation. Compose it of the layers of fastdense.layers "
                "instead."
            )
        return self.stages(input_shape)

    def held(self) -> list[Held]:
        """Return what the engine holds for the layer's stages that have weights or noise, a list
        of ``fastdense.kernels.holding.Held``, in their order."""
        return []

    def penalized(self, stages: list[Stage], output_shape: tuple[int, ...]) -> list[Stage]:
        """Return `stages` with the activity regularizer's, if the layer has one, at the end.

        Raises
        ------
        ValueError
            If the regularizer is not made of L1 and L2, which is what the engine knows.
        """
        regularizer = self.activity_regularizer
        if regularizer is None:
            return stages
        if type(regularizer) not in (regularizers.L1L2, regularizers.L1, regularizers.L2):
            raise ValueError(
                f"{type(self).__name__}: expected activity_regularizer to be L1, L2 or L1L2. "
                f"Received: {regularizer!r}."
            )
        *rows, n = output_shape
        return [*stages, Stage("penalty", n, n, math.prod(rows), l1=float(regularizer.l1),
                               l2=float(regularizer.l2))]

    def __call__(self, inputs: ArrayLike, training: bool | None = None) -> Array:
        """Compute the layer on an array of shape (batch, ...); builds it first if need be."""
        if not hasattr(inputs, "__array__") and not isinstance(inputs, (list, tuple, int, float)):
            raise TypeError(
                f"{type(self).__name__}: expected an array. Received: {type(inputs).__name__}. "
                "The functional API is not part of fastdense: put layers into a Sequential."
            )
        inputs = np.asarray(inputs)
        self.check_input(inputs.shape)
        if not self.built:
            self._build_whole((None, *inputs.shape[1:]))
        return self.call(inputs.astype(self.dtype, copy=False), training=training)

    def _build_whole(self, shape):
        """Build the layer, or on an error leave it as it was, to be built another time."""
        kept = len(self._variables)
        try:
            self.build(shape)
        except BaseException:
            del self._variables[kept:]
            self.built = False
            raise

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the layer."""
        if len(shape) < self.min_ndim:
            raise ValueError(
                f"Input 0 of layer \"{self.name}\" is incompatible with the layer: expected "
                f"min_ndim={self.min_ndim}, found ndim={len(shape)}. Received: x of shape "
                f"{tuple(shape)}. Add an axis, e.g. x.reshape(len(x), -1)."
            )

    # -- config ---------------------------------------------------------------------------------

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        config = {"name": self.name, "trainable": self.trainable,
                  "dtype": dtype_policies.serialize(self.dtype_policy)}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a layer from what :meth:`get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def as_sample_shape(owner, argument, shape):
    """Return the shape of one sample as a tuple of positive int or None, or raise ValueError."""
    try:
        shape = tuple(shape)
    except TypeError:
        raise ValueError(f"{owner}: expected `{argument}` to be a tuple of integers. Received: "
                         f"{argument}={shape!r}. Write ({shape!r},) for one axis.") from None
    for n in shape:
        if n is not None and (
                isinstance(n, bool) or not isinstance(n, numbers.Integral) or n <= 0):
            raise ValueError(f"{owner}: expected `{argument}` to be made of positive integers. "
                             f"Received: {argument}={shape!r}.")
    return tuple(n if n is None else int(n) for n in shape)


def _take_input_shape(kwargs):
    """Take ``input_shape`` or ``input_dim`` out of the keywords of a layer, with Keras's advice."""
    shape = kwargs.pop("input_shape", None)
    dim = kwargs.pop("input_dim", None)
    if shape is None and dim is None:
        return None
    warnings.warn(
        "Do not pass an `input_shape`/`input_dim` argument to a layer. When using Sequential "
        "models, put an `Input(shape)` first instead.",
        UserWarning, stacklevel=4,
    )
    return as_sample_shape("Layer", "input_shape", (dim,) if shape is None else shape)
