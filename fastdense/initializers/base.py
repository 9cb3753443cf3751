"""What every initializer is: a callable ``initializer(shape, dtype=None)`` with a config."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config

if TYPE_CHECKING:
    from numpy.typing import DTypeLike
    from typing_extensions import Self

    from fastdense._types import Array, Config

__all__ = ["Initializer", "dtype_or_floatx"]


class Initializer:
    """Base class: a subclass defines ``__call__(self, shape, dtype=None)`` and `get_config`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import initializers
    >>> class Arange(initializers.Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return np.arange(np.prod(shape), dtype=dtype).reshape(shape)
    >>> Arange()((2, 2), "float32")
    array([[0., 1.],
           [2., 3.]], dtype=float32)
    """

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        """Return an array of `shape` and `dtype`; None means :func:`fastdense.config.floatx`."""
        raise NotImplementedError(
            "Initializer subclasses must implement the `__call__()` method. Received: "
            f"{type(self).__name__} without one."
        )

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make an initializer from what :meth:`get_config` returned."""
        return cls(**config)

    def clone(self) -> Self:
        """Return a new initializer of the same config; without a seed it draws its own."""
        return self.from_config(self.get_config())


def dtype_or_floatx(dtype):
    """Return a NumPy dtype; None means :func:`fastdense.config.floatx`."""
    return np.dtype(dtype or config.floatx())
