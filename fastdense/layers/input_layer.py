"""Where a model says what its samples look like."""

from __future__ import annotations

import warnings

from fastdense.layers.layer import Layer, as_sample_shape

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """Declare the shape of the input; first in a `Sequential`.

    Parameters
    ----------
    shape : tuple of int
        Shape of one sample, without the batch.
    batch_size : int, optional
        Kept for Keras's signature; every batch size is accepted.
    dtype : {"float32", "float64"}, optional
    batch_shape : tuple, optional
        Shape with the batch axis, instead of `shape`.
    name : str, optional
    sparse, ragged, input_tensor, optional
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

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, ragged=None,
                 batch_shape=None, input_tensor=None, optional=False, name=None, **kwargs):
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if batch_size is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `batch_size` and `batch_shape` at the same "
                             "time.")
        if input_tensor is not None:
            raise ValueError("Argument `input_tensor` must be a KerasTensor, which fastdense does "
                             f"not have. Received: {input_tensor!r}. Pass `shape`.")
        for argument, value in (("sparse", sparse), ("ragged", ragged)):
            if value:
                raise ValueError(f"`{argument}=True` is not supported. Pass dense arrays.")
        super().__init__(dtype=dtype, name=name, **kwargs)
        if self._input_shape_argument is not None:
            warnings.warn("Argument `input_shape` is deprecated. Use `shape` instead.",
                          UserWarning, stacklevel=2)
            shape = self._input_shape_argument if shape is None else shape
        if batch_shape is not None:
            batch_size, *shape = batch_shape
        if shape is None:
            raise ValueError("InputLayer: you must pass a `shape` argument.")
        self.batch_shape = (batch_size, *as_sample_shape("Input", "shape", shape))
        self.built = True

    @property
    def shape(self):
        """Shape of a batch: the batch axis, often None, and the sample's."""
        return self.batch_shape

    def get_config(self):
        """Return the constructor's arguments as a dict of plain values."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False,
                "ragged": False, "name": self.name, "optional": False}


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None,
          name=None, tensor=None, optional=False):
    """Return an :class:`InputLayer` to put first into a `Sequential`.

    Parameters
    ----------
    shape : tuple of int
        Shape of one sample, without the batch.
    batch_size, dtype, sparse, ragged, batch_shape, name, tensor, optional
        As for :class:`InputLayer`.

    Examples
    --------
    >>> import fastdense as keras
    >>> keras.Input((784,)).shape
    (None, 784)
    """
    return InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse,
                      ragged=ragged, batch_shape=batch_shape, input_tensor=tensor,
                      optional=optional, name=name)
