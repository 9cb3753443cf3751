"""Download a file once, check it, unpack it: what data set scripts of Keras users call first."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastdense._types import Path

__all__ = ["get_file"]

_TIMEOUTS = (4, 30)  # seconds to connect, seconds without a byte
_HASHES = {32: "md5", 64: "sha256"}  # by the number of hexadecimal digits
_ARCHIVES = {"auto": ("tar", "zip"), "tar": ("tar",), "zip": ("zip",), None: ()}


def get_file(fname: str | None = None, origin: str | None = None, untar: bool = False,
             md5_hash: str | None = None, file_hash: str | None = None,
             cache_subdir: str = "datasets", hash_algorithm: str = "auto", extract: bool = False,
             archive_format: str | Sequence[str] | None = "auto", cache_dir: Path | None = None,
             force_download: bool = False) -> str:
    """Return the path of a file that is downloaded unless it is in the cache already.

    Parameters
    ----------
    fname : str, optional
        Name in the cache, without folders. None takes that of the address.
    origin : str
        An http, https or ftp address.
    untar : bool, default False
        The older name of ``extract=True, archive_format="tar"``.
    md5_hash : str, optional
        The older name of `file_hash`.
    file_hash : str, optional
        SHA-256 or MD5 in hexadecimal. A file in the cache with another one is downloaded again.
    cache_subdir : str, default "datasets"
        Folder inside `cache_dir`; an absolute one stands alone.
    hash_algorithm : {"auto", "sha256", "md5"}
        "auto" tells them apart by their length.
    extract : bool, default False
        Whether to unpack a tar or zip archive.
    archive_format : {"auto", "tar", "zip"} or None
        Kinds to try.
    cache_dir : str or Path, optional
        None means ``$KERAS_HOME`` or ``~/.keras``, the cache that Keras uses, too.
    force_download : bool, default False
        Download even what is there.

    Returns
    -------
    str
        Path of the file, or of the folder it was unpacked into.

    Raises
    ------
    ValueError
        If an argument does not fit, the file has another hash, or it is no archive.
    OSError
        If the server cannot be reached or the file not be written.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.utils.get_file("a/b.csv", origin="https://example.org/b.csv")
    Traceback (most recent call last):
        ...
    ValueError: Paths are no longer accepted as the `fname` argument. Received: fname='a/b.csv'...
    """
    from pathlib import Path

    name = _file_name(fname, origin)
    folder = Path(cache_dir or os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    folder = folder / cache_subdir
    formats = ("tar",) if untar else _formats(archive_format)
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    known_hash = None if file_hash is None else f"{_hash(hash_algorithm, file_hash)}:{file_hash}"
    if not (extract or untar):
        return str(_download(origin, known_hash, folder / name, force_download))
    unpacked = folder / name
    archive = folder / f"{name}_archive"
    if fname and "." in name:  # a name with an ending is that of the archive
        archive, unpacked = folder / name, folder / f"{name.split('.')[0]}_extracted"
    _unpack(_download(origin, known_hash, archive, force_download), unpacked, formats)
    return str(unpacked)


def _file_name(fname, origin):
    if origin is None:
        raise ValueError('get_file: please specify the "origin" argument, the URL of the file.')
    from urllib.parse import urlsplit

    name = os.fspath(fname) if fname else os.path.basename(urlsplit(origin).path)
    if os.path.basename(name) != name:
        raise ValueError(f"Paths are no longer accepted as the `fname` argument. Received: "
                         f"fname={fname!r}. Name the folder by `cache_dir` and `cache_subdir`.")
    if name in ("", ".", ".."):
        raise ValueError(f"Can't parse the file name from the origin provided: {origin!r}. Please "
                         "specify the `fname` argument.")
    return name


def _formats(archive_format):
    try:
        return _ARCHIVES[archive_format]
    except (KeyError, TypeError):
        raise ValueError('get_file: expected archive_format "auto", "tar", "zip" or None. '
                         f"Received: {archive_format!r}.") from None


def _hash(algorithm, digits):
    name = _HASHES.get(len(digits)) if algorithm == "auto" else algorithm
    if name not in _HASHES.values():
        raise ValueError("get_file: expected a SHA-256 of 64 or an MD5 of 32 hexadecimal digits. "
                         f"Received: file_hash={digits!r}, hash_algorithm={algorithm!r}.")
    return name


def _download(url, known_hash, target, force):
    from urllib.parse import urlsplit

    import pooch

    if force:
        target.unlink(missing_ok=True)
    downloader = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=_TIMEOUTS)
    if urlsplit(url).scheme not in ("http", "https"):
        downloader = None  # pooch chooses by the protocol
    # Without a hash pooch takes what is there; it writes to a temporary file first.
    pooch.retrieve(url, known_hash, target.name, target.parent, downloader=downloader)
    return target


def _unpack(archive, folder, formats):
    import tarfile
    import zipfile

    if "tar" in formats and tarfile.is_tarfile(archive):
        if not hasattr(tarfile, "data_filter"):
            raise RuntimeError("get_file: unpacking tar archives safely needs Python 3.10.12, "
                               f"3.11.4 or newer. Unpack {archive} yourself.")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")  # nothing outside the folder, no devices
    elif "zip" in formats and zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as contents:
            contents.extractall(folder)  # drops what would lead outside
    else:
        raise ValueError(f"get_file: could not extract archive {archive}. Expected one of the "
                         f"formats {', '.join(formats) or '(none)'}.")
