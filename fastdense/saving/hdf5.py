"""Weights in HDF5 as Keras lays them out, written and read with the `h5py` package.

HDF5 can do far more than hold arrays: link to other files, keep data in them, declare sizes that
are not there, compress. Reading accepts plain arrays that lie in the file and nothing else.
"""

from __future__ import annotations

import io

import numpy as np

__all__ = ["read", "write"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DTYPES = ("<f4", "<f8", "<i4", "<i8", "<u4", "<u8")


def write(groups):
    """Return the bytes of a weights file.

    Parameters
    ----------
    groups : dict of str to (str, list of Variable)
        Path of a group -> name of its owner, and what it holds.
    """
    buffer = io.BytesIO()
    with _h5py().File(buffer, "w") as file:
        for path, (name, variables) in groups.items():
            group = file.create_group(path)
            group.attrs["name"] = name
            for i, variable in enumerate(variables):
                group.create_dataset(str(i), data=variable.value)
    return buffer.getvalue()


def read(data, what):
    """Return path -> array of everything in an HDF5 file.

    Parameters
    ----------
    data : bytes
    what : str
        Where it comes from, for messages.

    Raises
    ------
    ValueError
        If it is not HDF5, or holds something else than groups and plain arrays.
    """
    h5py = _h5py()
    # The library would also look for it further inside, and find a file within a file.
    if not data.startswith(_SIGNATURE):
        raise ValueError(f"{what} is not a valid HDF5 file: it does not begin as one.")
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            return _arrays(h5py, file, len(data))
    except _Refused as error:
        raise ValueError(f"{what}: {error}") from None
    except MemoryError:
        raise
    except Exception as error:  # what the C library says about broken bytes is of many types
        raise ValueError(f"{what} is not a valid HDF5 file: {error}") from error


class _Refused(ValueError):
    pass


def _arrays(h5py, file, size):
    """Walk all groups; every object may be met once, so nothing in a small file is read often."""
    arrays, seen = {}, set()
    waiting = [("", h5py.h5g.open(file.id, b"/"))]
    while waiting:
        path, group = waiting.pop()
        for name in group:
            full = f"{path}/{name.decode()}" if path else name.decode()
            link = group.links.get_info(name).type
            if link != h5py.h5l.TYPE_HARD:
                kind = "ExternalLink" if link == h5py.h5l.TYPE_EXTERNAL else "SoftLink"
                raise _Refused(f"Not allowed: H5 file with {kind}, at {full!r}.")
            address = h5py.h5o.get_info(group, name).addr
            if address in seen:
                raise _Refused(f"Not allowed: {full!r} is the same object as another.")
            seen.add(address)
            item = h5py.h5o.open(group, name)
            if isinstance(item, h5py.h5g.GroupID):
                waiting.append((full, item))
            elif isinstance(item, h5py.h5d.DatasetID):
                arrays[full] = _array(h5py, item, full, size)
                size -= arrays[full].nbytes
            else:
                raise _Refused(f"Not allowed: {full!r} is neither a group nor an array.")
    return arrays


def _array(h5py, dataset, name, size):
    """Return one dataset, after its size has been held against what is left of the file."""
    layout = dataset.get_create_plist()
    if layout.get_external_count():
        raise _Refused(f"Not allowed: H5 file with external Dataset, at {name!r}.")
    if layout.get_layout() == h5py.h5d.VIRTUAL:
        raise _Refused(f"Not allowed: H5 file with virtual Dataset, at {name!r}.")
    if layout.get_layout() not in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT):
        raise _Refused(f"Expected arrays in one piece and not compressed, as Keras writes them. "
                       f"Received: {name!r} in chunks.")
    if dataset.dtype.str not in _DTYPES:
        raise _Refused(f"Expected arrays of one of {', '.join(_DTYPES)}. Received: {name!r} of "
                       f"{dataset.dtype.str}.")
    n = 1
    for length in dataset.shape:
        n *= length
    declared = n * dataset.dtype.itemsize
    if declared > size or dataset.get_storage_size() != declared:
        raise _Refused(f"Not allowed: {name!r} of shape {dataset.shape} declares more than is in "
                       "the file.")
    array = np.empty(dataset.shape, dataset.dtype)
    if n:
        dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, array)
    return array


def _h5py():
    try:
        import h5py
    except ImportError as error:
        raise ImportError("Files of Keras need the package h5py: pip install \"fastdense[keras]\". "
                          "Without it, save as \".safetensors\".") from error
    return h5py
