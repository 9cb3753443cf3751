"""Saving and loading by the end of the file's name."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

from fastdense.saving import topology, weights
from fastdense.saving.atomic import replacing
from fastdense.variable import at_most

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import CustomObjects, Model, Path

__all__ = ["load_model", "load_weights", "save_model", "save_weights"]

_SPARE_ELEMENTS = 2**20  # for what is not in files: the state of metrics

def save_model(model: Any, filepath: Path, overwrite: bool = True, zipped: bool | None = None,
               **kwargs: Any) -> None:
    """Save a model: layers, weights, settings of ``compile()`` and the optimizer's state.

    The file is replaced as a whole: a crash leaves the old one or the new one.

    Parameters
    ----------
    model : Sequential
    filepath : str or path-like
        ".keras" is Keras's own format, which Keras 3 reads, too, and needs the package `h5py`;
        ".safetensors" needs the package `safetensors`.
    overwrite : bool, default True
        False is an error if the file exists.
    zipped : None or True
        Accepted as in Keras.

    Raises
    ------
    ValueError
        If the name ends otherwise, or the file exists and is not to be overwritten.
    FileNotFoundError
        If the folder does not exist.
    ImportError
        If the package is missing.

    Examples
    --------
    >>> import os, tempfile
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.safetensors")
    ...     keras.saving.save_model(model, path)
    ...     keras.saving.load_model(path).count_params()
    15
    """
    path = _path(filepath)
    if kwargs.pop("save_format", None):
        raise ValueError("The `save_format` argument is deprecated. Remove it: the end of "
                         f"`filepath` tells the format. Received: filepath={path}")
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    if zipped is False or not path.endswith((".keras", ".safetensors")):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension or a "
            "`.safetensors` extension; the older `.h5` and unzipped folders can be loaded by "
            f"Keras, but are not written. Received: filepath={path}."
        )
    _check_overwrite(path, overwrite)
    if not model.built:
        warnings.warn("You are saving a model that has not yet been built: it has no weights yet. "
                      "Build it first by calling it on some data.", stacklevel=3)
    config = topology.model_config(model)
    with replacing(path) as file:
        if path.endswith(".keras"):
            from fastdense.saving import keras_file

            keras_file.write(file, config, model)
        else:
            from fastdense.saving import tensors

            tensors.write(file, config, weights.arrays_of(model))


def load_model(filepath: Path, custom_objects: CustomObjects | None = None, compile: bool = True,
               safe_mode: bool = True) -> Model:
    """Load a model that :func:`save_model`, or Keras 3, has saved.

    No code runs, whatever the file says: it can name the classes of fastdense, and those that you
    have registered or pass, and nothing else.

    Parameters
    ----------
    filepath : str or path-like
        Ends in ".keras" or ".safetensors".
    custom_objects : dict of str to class or function, optional
        Objects of your own that the file may name.
    compile : bool, default True
        Whether to compile the model as it was, with the optimizer's state.
    safe_mode : bool
        Accepted as in Keras; loading is always safe, code in a file is refused.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        If there is no such file, or it is torn, hostile, or a model that fastdense does not have;
        the message says which.

    Examples
    --------
    See :func:`save_model`.

    >>> from fastdense import saving
    >>> saving.load_model("nothing.keras")
    Traceback (most recent call last):
        ...
    ValueError: File not found: filepath=nothing.keras. ...
    """
    path = _path(filepath)
    if not path.endswith((".keras", ".safetensors")):
        raise ValueError(f"File format not supported: filepath={path}. Expected a `.keras` or "
                         "`.safetensors` file. For the weights of an older `.h5` file make the "
                         "model and call `load_weights`.")
    if not os.path.isfile(path):
        raise ValueError(f"File not found: filepath={path}. Please ensure the file is an "
                         "accessible `.keras` or `.safetensors` file.")
    tree, arrays = _read(path)
    if tree is None:
        raise ValueError(f"{path} holds arrays, but no description of a model. Make the model and "
                         "call `load_weights`.")
    try:
        n = sum(array.size for array in arrays.values())
        with at_most(n):
            model = topology.model_from_config(tree, custom_objects, compile=False)
            weights.check(model, arrays)
        with at_most(n + _SPARE_ELEMENTS):  # of a file that is what it says it is
            if compile:
                topology.compile_model(model, tree, custom_objects)
            weights.load(model, arrays)
    except ValueError as error:
        raise ValueError(f"Cannot load {path}: {error}") from error
    return model


def save_weights(model: Any, filepath: Path, overwrite: bool = True,
                 max_shard_size: float | None = None) -> None:
    """Save the weights of a model, and the optimizer's state if it is compiled.

    Parameters
    ----------
    model : Sequential
        Built.
    filepath : str or path-like
        Ends in ".weights.h5", Keras's format, or in ".safetensors".
    overwrite : bool, default True
        False is an error if the file exists.
    max_shard_size : None
        Not supported: there is one file.

    Raises
    ------
    ValueError
        If the name ends otherwise, the model is not built, or the file is not to be overwritten.

    Examples
    --------
    >>> import os, tempfile
    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.safetensors")
    ...     keras.saving.save_weights(model, path)
    ...     keras.saving.load_weights(model, path)
    """
    path = _path(filepath)
    if max_shard_size is not None:
        raise ValueError("save_weights: expected max_shard_size=None, fastdense writes one file. "
                         f"Received: max_shard_size={max_shard_size!r}.")
    if not path.endswith((".weights.h5", ".safetensors")):
        raise ValueError("The filename must end in `.weights.h5`, or in `.safetensors`. Received: "
                         f"filepath={path}")
    if not model.built:
        raise ValueError("You are saving a model that has not yet been built. Build it first by "
                         "calling it on some data or by using `build()`.")
    _check_overwrite(path, overwrite)
    with replacing(path) as file:
        if path.endswith(".h5"):
            from fastdense.saving import hdf5

            file.write(hdf5.write(weights.groups(model)))
        else:
            from fastdense.saving import tensors

            tensors.write(file, None, weights.arrays_of(model))


def load_weights(model: Any, filepath: Path, skip_mismatch: bool = False) -> None:
    """Give a model the weights of a file, and its optimizer the state in it, if that fits.

    Parameters
    ----------
    model : Sequential
        Built, of the layers that the weights are for.
    filepath : str or path-like
        Ends in ".weights.h5", ".keras", ".safetensors", or in ".h5" or ".hdf5" for the older
        format of Keras, from which the weights alone are taken.
    skip_mismatch : bool, default False
        Whether layers that do not fit are left as they are, with a warning.

    Raises
    ------
    ValueError
        If a layer does not fit, or the file is torn or hostile; the model is as it was.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    See :func:`save_weights`.

    >>> import fastdense as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    >>> keras.saving.load_weights(model, "weights.txt")
    Traceback (most recent call last):
        ...
    ValueError: File format not supported: filepath=weights.txt. ...
    """
    path = _path(filepath)
    if not path.endswith((".h5", ".hdf5", ".keras", ".safetensors")):
        raise ValueError(f"File format not supported: filepath={path}. Expected `.weights.h5`, "
                         "`.keras`, `.safetensors`, or the older `.h5`.")
    if not model.built:
        raise ValueError("You are loading weights into a model that has not yet been built. Build "
                         "it first by calling it on some data or by using `build()`.")
    _, arrays = _read(path, model)
    try:
        weights.load(model, arrays, skip_mismatch)
    except ValueError as error:
        raise ValueError(f"Cannot load {path}: {error}") from error


def _read(path, model=None):
    """Return (description or None, name -> array); `model` tells the layers of an older file."""
    with open(path, "rb") as file:
        if path.endswith(".keras"):
            from fastdense.saving import keras_file

            return keras_file.read(file, path)
        data = file.read()
    if path.endswith(".safetensors"):
        from fastdense.saving import tensors

        return tensors.read(data, path)
    from fastdense.saving import hdf5

    if path.endswith(".weights.h5"):
        return None, hdf5.read(data, path)
    from fastdense.saving import legacy

    return None, legacy.read(data, path, weights.groups(model))


def _check_overwrite(path, overwrite):
    if not overwrite and os.path.exists(path):
        raise ValueError(f"The file exists already: filepath={path}. Pass overwrite=True to "
                         "replace it.")


def _path(filepath):
    try:
        return os.fspath(filepath)
    except TypeError:
        raise ValueError("Invalid filepath: expected a str or path-like object. Received: "
                         f"{filepath!r}.") from None
