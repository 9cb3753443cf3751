"""The ``.keras`` file: a zip of config.json, metadata.json and model.weights.h5."""

from __future__ import annotations

import os
import time

from fastdense.saving import hdf5, text
from fastdense.saving.weights import groups

__all__ = ["read", "write"]

_METADATA, _CONFIG, _WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
_STORED = 0  # zipfile.ZIP_STORED
_LARGEST_DIRECTORY = 4096
_TAIL = 98  # bytes of the last records of a zip: 56 and 20, only in large files, and 22
_KERAS_VERSION = "3.15.1"  # whose format this is


def write(file, config, model):
    """Write a model and its description to an open binary file."""
    import zipfile

    metadata = {"keras_version": _KERAS_VERSION,
                "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S")}
    weights = hdf5.write(groups(model))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_METADATA, text.dump(metadata))
        archive.writestr(_CONFIG, text.dump(config))
        archive.writestr(_WEIGHTS, weights)


def read(file, what):
    """Return (description of the model, path -> array) of an open binary file.

    Raises
    ------
    ValueError
        If it is not such a zip, holds anything else, or is compressed: what can be read is then
        as large as the file at most.
    """
    import zipfile

    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist(), file.seek(0, os.SEEK_END))
            config, weights = archive.read(_CONFIG), archive.read(_WEIGHTS)
    except _Refused as error:
        raise ValueError(f"{what}: {error}") from None
    except MemoryError:
        raise
    except Exception as error:  # what zipfile says about broken bytes is of many types
        raise ValueError(f"{what} is not a valid `.keras` zip file: {error}") from error
    return text.parse(config, f"{_CONFIG} of {what}"), hdf5.read(weights, f"{_WEIGHTS} of {what}")


class _Refused(ValueError):
    pass


def _check_directory(file):
    """Raise _Refused for a zip with more entries than zipfile should be let loose on.

    The size of the directory is where zipfile looks for it, at the end of the file: in the last
    record, or in that of large files before it. A zip with a comment after it has none there.
    """
    tail = bytearray(_TAIL)
    n = file.seek(0, os.SEEK_END)
    file.seek(max(0, n - _TAIL))
    tail[max(0, _TAIL - n):] = file.read(_TAIL)
    if tail[-22:-18] != b"PK\5\6":
        raise ValueError("it does not end with its directory")
    size = int.from_bytes(tail[-10:-6], "little")
    if tail[-42:-38] == b"PK\6\7":
        size = int.from_bytes(tail[-58:-50], "little")
    if size > _LARGEST_DIRECTORY:
        raise _Refused(f"Not allowed: the zip has a directory of {size} bytes. Expected three "
                       f"entries, {_METADATA}, {_CONFIG} and {_WEIGHTS}.")


def _check_entries(entries, size):
    names = [entry.filename for entry in entries]
    for name in names:
        if name not in (_METADATA, _CONFIG, _WEIGHTS):
            raise _Refused(f"Not allowed: the zip has an entry {name!r}. Expected {_METADATA}, "
                           f"{_CONFIG} and {_WEIGHTS}.")
        if names.count(name) > 1:
            raise _Refused(f"Not allowed: the zip has {name!r} twice.")
    for name in (_CONFIG, _WEIGHTS):
        if name not in names:
            raise _Refused(f"the zip has no {name}.")
    for entry in entries:
        if entry.compress_type != _STORED or entry.file_size != entry.compress_size:
            raise _Refused(f"Not allowed: {entry.filename!r} is compressed. Expected entries as "
                           "Keras writes them, stored; zip -0 makes such a file.")
        if entry.flag_bits & 1:
            raise _Refused(f"Not allowed: {entry.filename!r} is encrypted.")
    if sum(entry.file_size for entry in entries) > size:
        raise _Refused("Not allowed: the zip declares more than is in the file.")
