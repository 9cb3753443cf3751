"""A tree of plain values and arrays in one file, replaced as a whole: what a backup is."""

from __future__ import annotations

import math
import numbers

import numpy as np

from fastdense.saving import tensors
from fastdense.saving.atomic import replacing

__all__ = ["read", "write"]

_ARRAY = "__array__"  # key of a dict that stands for an array of the file


def write(path, tree):
    """Save a tree of dicts, lists, plain values and arrays under a name.

    Parameters
    ----------
    path : str or path-like
    tree : dict
        With keys of type str. Tuples come back as lists, NumPy scalars as arrays.

    Raises
    ------
    ValueError
        If it holds anything else.
    OSError
        If it cannot be written; a file that was there is as it was.
    """
    arrays = {}
    packed = _pack(tree, arrays)
    with replacing(path) as file:
        tensors.write(file, packed, arrays)


def read(path):
    """Return the tree that :func:`write` saved.

    Raises
    ------
    ValueError
        If the file is torn, or not one of these.
    FileNotFoundError
        If there is none.
    """
    with open(path, "rb") as file:
        tree, arrays = tensors.read(file.read(), str(path))
    if not isinstance(tree, dict):
        raise ValueError(f"{path} is not a checkpoint.")
    return _unpack(tree, arrays, path)


def _pack(value, arrays):
    if isinstance(value, dict):
        return {key: _pack(inner, arrays) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_pack(inner, arrays) for inner in value]
    # JSON has no infinity, which a best value starts from, and no NaN.
    if isinstance(value, (np.ndarray, np.generic)) or (
            isinstance(value, float) and not math.isfinite(value)):
        name = str(len(arrays))
        arrays[name] = np.asarray(value)
        if arrays[name].dtype.str not in ("<f4", "<f8", "<i4", "<i8", "<u4", "<u8"):
            raise ValueError(f"A checkpoint cannot hold an array of dtype {arrays[name].dtype}.")
        return {_ARRAY: name, "scalar": isinstance(value, numbers.Real)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"A checkpoint cannot hold {value!r} of type {type(value).__name__}.")


def _unpack(value, arrays, path):
    if isinstance(value, list):
        return [_unpack(inner, arrays, path) for inner in value]
    if not isinstance(value, dict):
        return value
    if _ARRAY not in value:
        return {key: _unpack(inner, arrays, path) for key, inner in value.items()}
    array = arrays.get(value[_ARRAY]) if isinstance(value[_ARRAY], str) else None
    if array is None:
        raise ValueError(f"{path} is not a checkpoint: an array is missing.")
    return array[()].item() if value.get("scalar") and array.ndim == 0 else array
