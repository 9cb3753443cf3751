"""Where a model says what its samples look like."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.keras_tensor import KerasTensor
from fastdense.layers.layer import Layer, as_sample_shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from fastdense._types import Config

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """Declare the shape of the input; first in a `Sequential`.

    Parameters
    ----------
    shape : tuple of int
        Shape of one sample, without the batch.
    batch_size : int, optional
        Shown in shapes; every batch size is accepted all the same.
    dtype : str, optional
        Of the numbers that are to come, such as "uint8". They are cast to the dtype of the first
        layer whatever it is.
    batch_shape : tuple, optional
        Shape with the batch axis, instead of `shape`.
    name : str, optional
    input_tensor : KerasTensor, optional
        One to take shape and dtype from.
    sparse, ragged, optional
        Not supported; leave them unset.

    Raises
    ------
    ValueError
        If the shape is missing, given twice, or not made of positive integers.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.InputLayer(shape=(4,)).batch_shape
    (None, 4)
    """

    def __init__(self, shape: Sequence[int | None] | None = None, batch_size: int | None = None,
                 dtype: DTypeLike | None = None, sparse: bool | None = None,
                 ragged: bool | None = None, batch_shape: Sequence[int | None] | None = None,
                 input_tensor: KerasTensor | None = None, optional: bool = False,
                 name: str | None = None, **kwargs: Any) -> None:
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if batch_size is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `batch_size` and `batch_shape` at the same "
                             "time.")
        if "input_shape" in kwargs:
            warnings.warn("Argument `input_shape` is deprecated. Use `shape` instead.",
                          UserWarning, stacklevel=2)
            input_shape = kwargs.pop("input_shape")
            shape = input_shape if shape is None else shape
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ValueError("Argument `input_tensor` must be a KerasTensor. Received: "
                                 f"input_tensor={input_tensor!r} (of type {type(input_tensor)}).")
            batch_shape, dtype = input_tensor.shape, input_tensor.dtype
        for argument, value in (("sparse", sparse), ("ragged", ragged)):
            if value:
                raise ValueError(f"`{argument}=True` is not supported. Pass dense arrays.")
        super().__init__(name=name, **kwargs)
        if batch_shape is not None:
            batch_size, *shape = batch_shape
        if shape is None:
            raise ValueError("InputLayer: you must pass a `shape` argument.")
        self.batch_shape = (batch_size, *as_sample_shape("Input", "shape", shape))
        self._input_dtype = _name_of(dtype)
        self.output = input_tensor if input_tensor is not None else KerasTensor(
            self.batch_shape, self._input_dtype, name=name)
        self.output.input_layer = self
        self.built = True

    @property
    def dtype(self) -> str:
        """Name of the dtype of the numbers that are to come."""
        return self._input_dtype

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False,
                "ragged": False, "name": self.name, "optional": False}


def _name_of(dtype):
    try:
        return np.dtype(config.floatx() if dtype is None else dtype).name
    except TypeError:
        raise ValueError(f"Invalid dtype: {dtype!r}. Expected one that NumPy has.") from None


def Input(shape: Sequence[int | None] | None = None, batch_size: int | None = None,
          dtype: DTypeLike | None = None, sparse: bool | None = None, ragged: bool | None = None,
          batch_shape: Sequence[int | None] | None = None, name: str | None = None,
          tensor: KerasTensor | None = None, optional: bool = False) -> KerasTensor:
    """Say what samples look like: the first of a `Sequential`, which is then built at once.

    Parameters
    ----------
    shape : tuple of int
        Shape of one sample, without the batch.
    batch_size, dtype, sparse, ragged, batch_shape, name, tensor, optional
        As for :class:`InputLayer`; `tensor` is its `input_tensor`.

    Returns
    -------
    KerasTensor

    Examples
    --------
    >>> import fastdense as keras
    >>> keras.Input((784,)).shape
    (None, 784)
    """
    return InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse,
                      ragged=ragged, batch_shape=batch_shape, input_tensor=tensor,
                      optional=optional, name=name).output
