"""The ``.safetensors`` file: a description in JSON, then arrays; by the `safetensors` package."""

from __future__ import annotations

import numpy as np

from fastdense.saving import text

__all__ = ["read", "write"]

_DTYPES = ("F32", "F64", "I32", "I64", "U32", "U64")
_KEY = "fastdense"  # of the metadata: the description, as JSON
_LARGEST_HEADER = 100_000_000  # the format's own limit


def write(file, tree, arrays):
    """Write a tree of plain values and named arrays to an open binary file."""
    arrays = {name: np.ascontiguousarray(array).reshape(np.shape(array))
              for name, array in arrays.items()}
    file.write(_safetensors().save(arrays, {_KEY: text.dump(tree)}))


def read(data, what):
    """Return (tree or None, name -> array) of the bytes of a file.

    Raises
    ------
    ValueError
        If it is not such a file, or its header promises what is not there.
    """
    numpy_interface = _safetensors()
    header = _header(data, what)
    try:
        arrays = numpy_interface.load(bytes(data))
    except MemoryError:
        raise
    except Exception as error:  # SafetensorError, and what NumPy says about sizes
        raise ValueError(f"{what} is not a valid safetensors file: {error}") from error
    metadata = header.get("__metadata__") or {}  # the package has seen to it: text -> text
    described = metadata.get(_KEY)
    if described is None:
        return None, arrays
    return text.parse(described.encode("utf-8", "replace"), f"The description in {what}"), arrays


def _header(data, what):
    """Return the header as a dict; the package then checks that offsets fill the file."""
    n = int.from_bytes(data[:8], "little")
    if len(data) < 8 or n > min(len(data) - 8, _LARGEST_HEADER):
        raise ValueError(f"{what} is not a valid safetensors file: it is shorter than its header.")
    header = text.parse(data, f"The header of {what}", 8, 8 + n)
    if not isinstance(header, dict):
        raise ValueError(f"{what} is not a valid safetensors file: the header is not a dict.")
    for name, entry in header.items():
        if name != "__metadata__" and (
                not isinstance(entry, dict) or entry.get("dtype") not in _DTYPES):
            raise ValueError(f"{what}: expected arrays of one of {', '.join(_DTYPES)}. Received: "
                             f"{name[:60]!r}.")
    return header


def _safetensors():
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("This needs the package safetensors: "
                          "pip install \"fastdense[safetensors]\".") from error
    return safetensors.numpy
