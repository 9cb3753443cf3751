"""What users pass in, checked and brought into the form that the engine reads.

Inputs are not copied: the engine gathers and casts row by row from the user's own array, whatever
its strides and number type. Targets are, if they have another type: they are small.
"""

from __future__ import annotations

import math

import numpy as np

from fastdense import kernels

__all__ = ["as_array", "class_weights", "is_array", "labels", "rows", "same_length",
           "sample_weights", "split", "stretches", "targets"]

_READABLE = frozenset(map(np.dtype, "?bBhHiIlLqQfd"))  # native byte order


def is_array(value):
    """Whether a value holds numbers that NumPy can read: an array, a frame, a tensor."""
    return hasattr(value, "__array__") or hasattr(value, "__dlpack__")


def as_array(name, value):
    """Return `value` as an ndarray of numbers in native byte order, without a copy if possible.

    Raises
    ------
    ValueError
        For a list, as in Keras, and for anything that is not an array.
    TypeError
        For an array of something else than real numbers.
    """
    if isinstance(value, np.ndarray):
        if value.dtype in _READABLE and value.ndim and value.flags.aligned:
            return value
        array = value
    else:
        array = _converted(name, value)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name}: expected an array of real numbers or bool. Received: dtype {array.dtype}. "
            f"Convert it first, e.g. {name}.astype(\"float32\")."
        )
    if array.dtype.itemsize > 8 or array.dtype == np.float16:  # no kernel reads these
        array = array.astype(np.float64 if array.dtype.itemsize > 8 else np.float32)
    if not array.dtype.isnative or not array.flags.aligned:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.ndim == 0:
        raise ValueError(f"{name}: expected an array of samples. Received: a single number.")
    return array


def _converted(name, value):
    """Return what is not an ndarray as one."""
    if isinstance(value, (list, tuple)) and len(value) == 1 and getattr(value[0], "ndim", 0) > 0:
        value = value[0]  # the only input, or output, of those that a Keras model may have
    if hasattr(value, "detach"):  # a torch tensor, which may carry a graph or be elsewhere
        value = value.detach().cpu()
    if "bfloat16" in str(getattr(value, "dtype", "")):  # NumPy has no such numbers
        value = value.float() if hasattr(value, "float") else value.astype(np.float32)
    if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
        value = np.from_dlpack(value)
    if not hasattr(value, "__array__"):
        way = f"{name}.toarray()" if hasattr(value, "toarray") else f"np.asarray({name})"
        raise ValueError(
            f"Unrecognized data type: {name}={_short(value)} (of type {type(value)}). Expected a "
            f"NumPy array or an object that speaks __array__ or DLPack; e.g. {way}."
        )
    array = np.asarray(value)
    if array.dtype == object and hasattr(value, "to_numpy"):
        array = _frame(value, array)
    return array


def _frame(frame, array):
    """Read a frame whose columns NumPy has no common number type for, such as bool and float.

    Anything but numbers in it stays an array of objects.
    """
    try:
        return array.astype(np.float64) if _is_numeric(frame) else array
    except (TypeError, ValueError):  # a missing value that is not NaN
        return array


def _is_numeric(frame):
    types = getattr(frame, "dtypes", frame.dtype if hasattr(frame, "dtype") else ())
    types = [types] if not hasattr(types, "__iter__") else list(types)
    return all(any(word in str(t).lower() for word in ("int", "float", "bool", "double"))
               for t in types)


def rows(array):
    """Return samples of any shape as (n, n_features): a view, unless the axes cannot be merged."""
    return array if array.ndim == 2 else array.reshape(len(array), math.prod(array.shape[1:]))


def same_length(**arrays):
    """Raise ValueError if the arrays, None left out, do not have the same number of samples."""
    if len({len(array) for array in arrays.values() if array is not None}) > 1:
        sizes = "".join(f"\n'{name}' sizes: {len(array)}" for name, array in arrays.items()
                        if array is not None)
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples.{sizes}\n"
        )


def labels(y, output_shape, dtype="float32"):
    """Return class numbers as int64 of shape (n, rows), for outputs of shape (..., n_classes).

    Raises
    ------
    ValueError
        If the shape does not fit, or a label is NaN, fractional, or out of range; the message
        names the first such sample.
    """
    expected = output_shape[:-1]
    if y.shape[1:] == (*expected, 1):
        y = y.reshape(y.shape[:-1])
    if y.shape[1:] != expected:
        raise ValueError(
            f"Arguments `target` and `output` do not fit: expected y of shape "
            f"{('n', *expected)} with class numbers, for an output of shape "
            f"{('n', *output_shape)}. Received: y of shape {y.shape}. For one-hot rows use the "
            f"loss \"categorical_crossentropy\"."
        )
    y = y.reshape(len(y), math.prod(expected))
    classes = output_shape[-1]
    numbers = y
    if y.dtype.kind == "f":
        _require(np.isfinite(y), y, "class numbers")
        _require(y == np.floor(y), y, "class numbers, which are integers")
        numbers = np.clip(y, -1, 2.0**62)  # C does not say what a float beyond int64 casts to
    numbers = np.ascontiguousarray(numbers, np.int64)
    if kernels.for_dtype(dtype).first_outside(numbers, classes) >= 0:
        _require((y >= 0) & (y < classes), y, f"class numbers from 0 to {classes - 1}")
    return numbers


def stretches(shape, wide):
    """Whether a sample's shape becomes `wide` by repeating its last axis, of length 1."""
    return shape[:-1] == wide[:-1] and shape[-1:] == (1,) and wide[-1:] > (1,)


def targets(y, output_shape, dtype, stretch=False):
    """Return targets as (n, n_outputs) of `dtype`, for outputs of shape `output_shape`.

    With `stretch` one target may serve all outputs of a row.

    Raises
    ------
    ValueError
        If the shape does not fit, or a target is NaN. Infinite ones are Keras's way to an infinite
        loss, which callbacks see.
    """
    if stretch and stretches(y.shape[1:], output_shape):
        y = np.broadcast_to(y, (len(y), *output_shape))
    shape = y.shape[1:]
    if shape != output_shape and (*shape, 1) != output_shape and shape != (*output_shape, 1):
        same_rank = len(shape) == len(output_shape)
        raise ValueError(
            f"Arguments `target` and `output` must have the same {'shape' if same_rank else 'rank'}"
            f"{'' if same_rank else ' (ndim)'}. Received: target.shape={(None, *shape)}, "
            f"output.shape={(None, *output_shape)}. {_target_advice(shape, output_shape)}"
        )
    y = rows(y)
    numbers = np.ascontiguousarray(y, dtype)
    if kernels.for_dtype(dtype).first_nan(numbers) >= 0:
        _require(~np.isnan(y), y, "targets that are numbers")
    return numbers


def sample_weights(weights, rows=()):
    """Return weights as float64 of shape (n,), or (n, *rows) if each row of output has its own."""
    weights = as_array("sample_weight", weights)
    shape = weights.shape[1:]
    if shape not in ((), (1,), rows, (*rows, 1)):
        by_row = f", or one a row, shape {('n', *rows)}" if rows else ""
        raise ValueError(f"sample_weight: expected one number a sample, shape ('n',){by_row}. "
                         f"Received: shape {weights.shape}.")
    shape = () if shape == (1,) else rows if shape else ()
    return np.ascontiguousarray(weights.reshape(len(weights), *shape), np.float64)


def class_weights(class_weight, y):
    """Return the weight of every sample by its class; classes not in the dict weigh 1."""
    if not isinstance(class_weight, dict):
        raise ValueError(f"class_weight: expected a dict of class number to weight. Received: "
                         f"{_short(class_weight)}.")
    one_hot = y.ndim > 1 and y.shape[-1] > 1
    classes = np.argmax(y, axis=-1) if one_hot else np.round(y)
    if classes.size != len(y):
        raise ValueError(f"class_weight: expected one class a sample. Received: y of shape "
                         f"{y.shape}.")
    weights = np.ones(len(y))
    for number, weight in class_weight.items():
        weights[classes.reshape(-1) == number] = weight
    return weights


def split(fraction, **arrays):
    """Cut the last `fraction` of the samples off: (training arrays, validation arrays).

    Raises
    ------
    ValueError
        If something is not an array, or a part would be empty.
    """
    wrong = [type(a) for a in arrays.values()
             if a is not None and not is_array(a) and not isinstance(a, (list, tuple))]
    if wrong:
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays. Found "
            f"incompatible type in the input: {wrong}. Pass `validation_data` instead."
        )
    arrays = {name: None if a is None else as_array(name, a) for name, a in arrays.items()}
    same_length(**arrays)
    n = len(next(iter(arrays.values())))
    cut = math.floor(n * (1 - fraction)) if 0 < fraction < 1 else 0
    if not 0 < cut < n:
        raise ValueError(
            f"Training data contains {n} samples, which is not sufficient to split it into a "
            f"validation and training set as specified by `validation_split={fraction}`. Either "
            "provide more data, or a different value for the `validation_split` argument, between "
            "0 and 1."
        )
    return tuple(tuple(None if a is None else a[part] for a in arrays.values())
                 for part in (slice(None, cut), slice(cut, None)))


def _require(good, y, what):
    if good.all():
        return
    at = np.argwhere(~good)[0]
    raise ValueError(f"y: expected {what}. Received: {y[tuple(at)]} at sample {at[0]}.")


def _target_advice(shape, output_shape):
    if len(shape) == len(output_shape) - 1 and shape == output_shape[:-1]:
        return ("For class numbers use the loss \"sparse_categorical_crossentropy\", or "
                "utils.to_categorical(y).")
    return f"The last layer has {output_shape[-1]} units."


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
