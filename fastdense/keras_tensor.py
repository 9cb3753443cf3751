"""What `Input` returns and `model.inputs` lists: the shape and dtype of an array that is to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.utils.naming import auto_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from numpy.typing import DTypeLike

__all__ = ["KerasTensor"]


class KerasTensor:
    """A shape, a dtype and a name; it holds no numbers.

    Parameters
    ----------
    shape : tuple of int or None
        With the batch first; None for an axis whose length is not known.
    dtype : str, default "float32"
    sparse, ragged : False
        Not supported.
    record_history
        Accepted for Keras's signature.
    name : str, optional

    Raises
    ------
    ValueError
        If it is asked to be sparse or ragged.

    Notes
    -----
    It can go first into a `Sequential`. Layers and models cannot be called on it: fastdense has no
    functional API.

    Examples
    --------
    >>> import fastdense as keras
    >>> keras.Input((4,), name="features")
    <KerasTensor shape=(None, 4), dtype=float32, sparse=False, ragged=False, name=features>
    """

    sparse = ragged = False

    def __init__(self, shape: Sequence[int | None], dtype: str = "float32", sparse: bool = False,
                 ragged: bool = False, record_history: bool = True,
                 name: str | None = None) -> None:
        for argument, value in (("sparse", sparse), ("ragged", ragged)):
            if value:
                raise ValueError(f"`{argument}=True` is not supported. Pass dense arrays.")
        self.shape = tuple(shape)
        self.dtype = dtype
        self.name = name or auto_name(type(self).__name__)
        self.input_layer: Any = None  # the InputLayer it is the output of

    @property
    def ndim(self) -> int:
        """Number of axes, with the batch."""
        return len(self.shape)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NoReturn:
        raise ValueError(
            f"A KerasTensor is symbolic, it holds no numbers. Received: {self}. The functional API "
            "is not part of fastdense: put layers into a Sequential, and call it on arrays."
        )

    def __repr__(self) -> str:
        return (f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse=False, "
                f"ragged=False, name={self.name}>")
