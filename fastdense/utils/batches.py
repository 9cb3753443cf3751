"""Batches as tuples: ``x``, ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

__all__ = ["pack_x_y_sample_weight", "unpack_x_y_sample_weight"]


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return what a batch holds as ``(x, y, sample_weight)``, None for what is missing.

    Parameters
    ----------
    data : array_like, or tuple or list of 1 to 3 of them

    Raises
    ------
    ValueError
        If a tuple or list has another length.

    Examples
    --------
    >>> from fastdense import utils
    >>> utils.unpack_x_y_sample_weight(("x", "y"))
    ('x', 'y', None)
    """
    if not isinstance(data, (tuple, list)):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`. "
            f"Received: a {type(data).__name__} of {len(data)}."
        )
    return (*data, None, None)[:3]


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Return a batch in the form that `fit` takes: the shortest that holds everything.

    Parameters
    ----------
    x : array_like
    y, sample_weight : array_like, optional
        Without `y` the weight is left out, too.

    Returns
    -------
    tuple, or `x` itself if it is alone
        A tuple or list `x` alone becomes ``(x,)``, so that it is not taken for a batch.

    Examples
    --------
    >>> from fastdense import utils
    >>> utils.pack_x_y_sample_weight("x"), utils.pack_x_y_sample_weight("x", "y")
    ('x', ('x', 'y'))
    """
    if y is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
