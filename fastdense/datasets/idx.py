"""The idx format of the original MNIST files: a short header, then the bytes of one array."""

from __future__ import annotations

import math
import struct

import numpy as np

__all__ = ["decode", "header"]

_UINT8 = 0x08  # the type code of unsigned bytes; MNIST uses no other


def header(shape):
    """Return the bytes an idx file of uint8 starts with: two zeros, type, rank, big-endian sizes.

    Parameters
    ----------
    shape : tuple of int

    Returns
    -------
    bytes

    Examples
    --------
    >>> from fastdense.datasets import idx
    >>> idx.header((60000,)).hex()
    '000008010000ea60'
    """
    return struct.pack(f">HBB{len(shape)}I", 0, _UINT8, len(shape), *shape)


def decode(data):
    """Read an idx file of uint8.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    ndarray of uint8
        A read-only view of `data` with the shape that the header tells.

    Raises
    ------
    ValueError
        If the header is not that of uint8 data, or the length is not exactly what it announces.

    Examples
    --------
    >>> from fastdense.datasets import idx
    >>> idx.decode(idx.header((2, 2)) + bytes([5, 0, 4, 1]))
    array([[5, 0],
           [4, 1]], dtype=uint8)
    """
    if len(data) < 4 or data[:3] != bytes([0, 0, _UINT8]):
        raise ValueError(
            f"idx: expected a file that starts with 00 00 08 (unsigned bytes). "
            f"Received: {data[:3].hex(' ') or 'an empty file'}"
        )
    rank = data[3]
    start = 4 + 4 * rank
    if len(data) < start:
        raise ValueError(
            f"idx: expected {start} bytes of header for {rank} axes. Received: {len(data)} bytes"
        )
    shape = struct.unpack(f">{rank}I", data[4:start])
    size = math.prod(shape)
    if len(data) != start + size:
        raise ValueError(
            f"idx: expected {start + size} bytes for shape {shape}. Received: {len(data)} bytes"
        )
    return np.frombuffer(data, dtype=np.uint8, offset=start).reshape(shape)
