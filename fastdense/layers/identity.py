"""Layers that leave their input as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import regularizers
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config

__all__ = ["ActivityRegularization", "Identity"]


class Identity(Layer):
    """Return the input: a place holder.

    Parameters
    ----------
    **kwargs
        As for :class:`Layer`.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.Identity()([1.0, 2.0])
    array([1., 2.], dtype=float32)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True


class ActivityRegularization(Identity):
    """Add ``l1 * sum(abs(inputs)) + l2 * sum(inputs**2)``, over the batch size, to the loss.

    Parameters
    ----------
    l1, l2 : float, default 0.0
    **kwargs
        As for :class:`Layer`.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.ActivityRegularization(l2=0.1).activity_regularizer.l2
    0.1
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        settings = super().get_config()
        del settings["activity_regularizer"]
        return {**settings, "l1": self.l1, "l2": self.l2}
