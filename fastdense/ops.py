"""The tensor operations of the book's second chapter, NumPy arrays in and out, compiled.

Inputs of float32 and float64 are computed as they are; anything else is cast to
:func:`fastdense.config.floatx` first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense import config, kernels
from fastdense.kernels.rules import Factors, LossRule

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike

    from fastdense._types import Array

__all__ = [
    "adagrad_update", "add", "binary_crossentropy", "categorical_crossentropy", "dense", "matmul",
    "relu", "rmsprop_update", "sgd_update", "sigmoid", "softmax", "softmax_crossentropy",
    "sparse_categorical_crossentropy", "tanh",
]


def relu(x: ArrayLike, out: Array | None = None) -> Array:
    """Return ``max(x, 0)`` elementwise; a NaN stays a NaN.

    Parameters
    ----------
    x : array_like of float, any shape
    out : ndarray of the result's dtype and shape, C-contiguous, optional
        Written; may be `x`.

    Returns
    -------
    ndarray, shape of `x`

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.relu([-1.0, 0.5])
    array([0. , 0.5], dtype=float32)
    """
    return _activation("relu", x, out)


def sigmoid(x: ArrayLike, out: Array | None = None) -> Array:
    """Return ``1 / (1 + exp(-x))`` elementwise.

    Parameters and result as for :func:`relu`.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.sigmoid([0.0])
    array([0.5], dtype=float32)
    """
    return _activation("sigmoid", x, out)


def tanh(x: ArrayLike, out: Array | None = None) -> Array:
    """Return the hyperbolic tangent elementwise.

    Parameters and result as for :func:`relu`.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.tanh([0.0])
    array([0.], dtype=float32)
    """
    return _activation("tanh", x, out)


def softmax(x: ArrayLike, axis: int = -1, out: Array | None = None) -> Array:
    """Return ``exp(x) / sum(exp(x))`` along `axis`, computed with the maximum subtracted.

    Parameters
    ----------
    x : array_like of float, at least one axis
    axis : int, default -1
    out : ndarray, optional
        As for :func:`relu`; only with the last axis.

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    ValueError
        If `x` has no such axis.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.softmax([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """
    x = _floats("softmax", x)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"softmax: expected x with an axis {axis}. Received: shape {x.shape}.")
    if axis % x.ndim == x.ndim - 1:
        return _activation("softmax", x, out)
    if out is not None:
        raise ValueError(f"softmax: `out` goes with axis=-1 only. Received: axis={axis}.")
    return np.moveaxis(_activation("softmax", np.moveaxis(x, axis, -1), None), -1, axis)


def add(x: ArrayLike, y: ArrayLike) -> Array:
    """Return ``x + y`` elementwise, broadcast as in NumPy.

    Parameters
    ----------
    x, y : array_like of float

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If the shapes cannot be broadcast.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.add([[1.0, 2.0]], [10.0, 20.0])
    array([[11., 22.]], dtype=float32)
    """
    x, y = _same_dtype(_floats("add", x), _floats("add", y))
    try:
        x, y = np.broadcast_arrays(x, y)
    except ValueError:
        raise ValueError(f"add: expected shapes that broadcast. Received: x of shape {x.shape}, "
                         f"y of shape {y.shape}.") from None
    out = np.empty(x.shape, x.dtype)
    kernels.for_dtype(out.dtype.name).add(
        _plain(x).reshape(-1), _plain(y).reshape(-1), out.reshape(-1))
    return out


def matmul(x: ArrayLike, y: ArrayLike, out: Array | None = None) -> Array:
    """Return the matrix product of two matrices.

    Every element is one chain of multiply-adds in index order: the result does not depend on the
    number of threads.

    Parameters
    ----------
    x : array_like of float, shape (m, k)
    y : array_like of float, shape (k, n)
    out : ndarray, shape (m, n), C-contiguous, of the result's dtype, optional
        Written, never read; must not overlap an input.

    Returns
    -------
    ndarray, shape (m, n)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]])
    array([[11.]], dtype=float32)
    """
    x, y = _same_dtype(_floats("matmul", x), _floats("matmul", y))
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
        raise ValueError(f"matmul: expected x of shape (m, k) and y of shape (k, n). Received: x "
                         f"of shape {x.shape}, y of shape {y.shape}.")
    return dense(x, y, out=out)


def dense(x: ArrayLike, kernel: ArrayLike, bias: ArrayLike | None = None,
          activation: str | None = None, out: Array | None = None) -> Array:
    """Return ``activation(x @ kernel + bias)``, a whole layer in one pass.

    Parameters
    ----------
    x : array_like of float, shape (..., n_in)
    kernel : array_like of float, shape (n_in, n_out)
    bias : array_like of float, shape (n_out,), optional
    activation : {"linear", "relu", "sigmoid", "tanh", "softmax", "gelu", ...}, optional
        Any of :mod:`fastdense.activations` that the engine has under its name.
    out : ndarray, shape (..., n_out), C-contiguous, of the result's dtype, optional
        Written, never read; must not overlap an input.

    Returns
    -------
    ndarray, shape (..., n_out)

    Raises
    ------
    ValueError
        If a shape does not fit or the activation is unknown.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.dense([[1.0, 2.0]], [[1.0], [1.0]], bias=[-5.0], activation="relu")
    array([[0.]], dtype=float32)
    """
    x, kernel = _same_dtype(_floats("dense", x), _floats("dense", kernel))
    if kernel.ndim != 2 or x.ndim < 1 or x.shape[-1] != kernel.shape[0]:
        raise ValueError(f"dense: expected x of shape (..., n_in) and kernel of shape (n_in, "
                         f"n_out). Received: x of shape {x.shape}, kernel of shape "
                         f"{kernel.shape}.")
    engine = kernels.for_dtype(x.dtype.name)
    activation = activation or "linear"
    known = [name for name in engine.ACTIVATIONS if name not in engine.CURVE_PARAMETERS]
    if activation not in known:
        raise ValueError(f"dense: expected activation to be one of {', '.join(known)}. Received: "
                         f"{activation!r}.")
    if bias is not None:
        bias = _plain(bias, x.dtype)
        if bias.shape != kernel.shape[1:]:
            raise ValueError(f"dense: expected bias of shape {kernel.shape[1:]}. Received: "
                             f"{bias.shape}.")
    out = _output("dense", out, (*x.shape[:-1], kernel.shape[1]), x.dtype)
    inputs = (x, kernel) if bias is None else (x, kernel, bias)
    if any(np.may_share_memory(out, array) for array in inputs):
        raise ValueError("dense: expected an `out` that overlaps no input. Received: one that "
                         "does. Pass a fresh array.")
    rows = int(np.prod(x.shape[:-1]))
    engine.dense(_plain(x).reshape(rows, x.shape[-1]), _plain(kernel),
                 bias, activation, out.reshape(rows, kernel.shape[1]))
    return out


def categorical_crossentropy(target: ArrayLike, output: ArrayLike, from_logits: bool = False,
                             axis: int = -1) -> Array:
    """Return the cross-entropy of each row, ``-sum(target * log(p))``.

    Parameters
    ----------
    target : array_like of float, shape (..., n_classes)
        One-hot rows, or any distribution.
    output : array_like of float, shape (..., n_classes)
        Probabilities, which are divided by their sum and clipped to [1e-7, 1 - 1e-7]; with
        `from_logits` logits.
    from_logits : bool, default False
    axis : int, default -1
        The last one.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    As ``keras.ops.categorical_crossentropy``. From logits:
    ``sum(target * (log(sum(exp(z))) - z))``, never negative.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(4)
    array([0.6931], dtype=float32)
    """
    return _loss("categorical_crossentropy", target, output, from_logits, axis)


def sparse_categorical_crossentropy(target: ArrayLike, output: ArrayLike, from_logits: bool = False,
                                    axis: int = -1) -> Array:
    """Return the cross-entropy of each row with its class number, ``-log(p[target])``.

    Parameters
    ----------
    target : array_like of int, shape (...)
        Class numbers from 0 to n_classes - 1.
    output : array_like of float, shape (..., n_classes)
        As for :func:`categorical_crossentropy`.
    from_logits : bool, default False
    axis : int, default -1
        The last one.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If the shapes do not fit or a class number is out of range.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]]).round(4)
    array([0.6931], dtype=float32)
    """
    return _loss("sparse_categorical_crossentropy", target, output, from_logits, axis)


def binary_crossentropy(target: ArrayLike, output: ArrayLike, from_logits: bool = False) -> Array:
    """Return the binary cross-entropy of every element.

    Parameters
    ----------
    target : array_like of float
        0 or 1, or anything between.
    output : array_like of float, shape of `target`
        Probabilities, clipped to [1e-7, 1 - 1e-7], or logits with `from_logits`.
    from_logits : bool, default False

    Returns
    -------
    ndarray, shape of `target`

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> from fastdense import ops
    >>> ops.binary_crossentropy([1.0, 0.0], [0.5, 0.5]).round(4)
    array([0.6931, 0.6931], dtype=float32)
    """
    output = _floats("binary_crossentropy", output)
    target = np.asarray(target, output.dtype)
    if target.shape != output.shape:
        raise ValueError(f"binary_crossentropy: Arguments `target` and `output` must have the "
                         f"same shape. Received: target.shape={target.shape}, "
                         f"output.shape={output.shape}.")
    return _loss("binary_crossentropy", target[..., None], output[..., None], from_logits, -1)


def softmax_crossentropy(logits: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """Return loss and gradient of softmax-cross-entropy in one pass over the logits.

    Parameters
    ----------
    logits : array_like of float, shape (n, n_classes)
    labels : array_like, shape (n,) of int or (n, n_classes) of float
        Class numbers or one-hot rows.

    Returns
    -------
    loss : ndarray, shape (n,)
        Loss of each row, never negative.
    gradient : ndarray, shape (n, n_classes)
        Derivative of each row's loss with respect to its logits, ``softmax(logits) - one_hot``.

    Raises
    ------
    ValueError
        If the shapes do not fit or a class number is out of range.

    Examples
    --------
    >>> from fastdense import ops
    >>> loss, gradient = ops.softmax_crossentropy([[0.0, 0.0]], [1])
    >>> gradient
    array([[ 0.5, -0.5]], dtype=float32)
    """
    logits = _floats("softmax_crossentropy", logits)
    labels = np.asarray(labels)
    kind = "categorical_crossentropy"
    if labels.ndim < logits.ndim:
        kind = f"sparse_{kind}"
    gradient = np.empty(logits.shape, logits.dtype)
    return _loss(kind, labels, logits, True, -1, gradient), gradient


def sgd_update(w: Array, g: Array, momentum_buffer: Array | None = None, *, learning_rate: float,
               momentum: float = 0.0, nesterov: bool = False) -> None:
    """Take one step of gradient descent, in place.

    Parameters
    ----------
    w : ndarray of float32 or float64, C-contiguous
        Weights, updated.
    g : array_like, shape of `w`
        Gradient. Read only.
    momentum_buffer : ndarray as `w`, optional
        Velocity, updated; needed with momentum.
    learning_rate, momentum : float
    nesterov : bool, default False

    Raises
    ------
    ValueError
        If an array has another shape or dtype, or a buffer is missing.

    Notes
    -----
    ``m = momentum * m - learning_rate * g``, then ``w += m``; with Nesterov
    ``w += momentum * m - learning_rate * g``. As keras.optimizers.SGD.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import ops
    >>> w = np.ones(2)
    >>> ops.sgd_update(w, np.ones(2), learning_rate=0.25)
    >>> w
    array([0.75, 0.75])
    """
    slots = {"momentum_buffer": momentum_buffer} if momentum else {}
    _update("sgd", {"momentum": momentum, "nesterov": nesterov}, learning_rate, w, g, slots)


def rmsprop_update(w: Array, g: Array, velocity: Array, momentum_buffer: Array | None = None,
                   average_gradient: Array | None = None, *, learning_rate: float, rho: float = 0.9,
                   momentum: float = 0.0, epsilon: float = 1e-7) -> None:
    """Take one step of RMSprop, in place.

    Parameters
    ----------
    w : ndarray of float32 or float64, C-contiguous
        Weights, updated.
    g : array_like, shape of `w`
        Gradient. Read only.
    velocity : ndarray as `w`
        Running mean of the squared gradient, updated.
    momentum_buffer : ndarray as `w`, optional
        Updated; needed with momentum.
    average_gradient : ndarray as `w`, optional
        Running mean of the gradient, updated. Given, the variant is centered.
    learning_rate, rho, momentum, epsilon : float

    Raises
    ------
    ValueError
        If an array has another shape or dtype, or a buffer is missing.

    Notes
    -----
    ``v = rho * v + (1 - rho) * g**2``, ``w -= learning_rate * g / sqrt(v + epsilon)``, epsilon
    inside the root as in keras.optimizers.RMSprop. Source: Tieleman and Hinton, Lecture 6.5,
    COURSERA 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import ops
    >>> w, velocity = np.ones(1), np.zeros(1)
    >>> ops.rmsprop_update(w, np.ones(1), velocity, learning_rate=0.1, rho=0.75)
    >>> velocity
    array([0.25])
    """
    slots: dict[str, Any] = {"velocity": velocity}
    if momentum:
        slots["momentum_buffer"] = momentum_buffer
    if average_gradient is not None:
        slots["average_gradient"] = average_gradient
    hyper = {"rho": rho, "momentum": momentum, "epsilon": epsilon,
             "centered": average_gradient is not None}
    _update("rmsprop", hyper, learning_rate, w, g, slots)


def adagrad_update(w: Array, g: Array, accumulator: Array, *, learning_rate: float,
                   epsilon: float = 1e-7) -> None:
    """Take one step of Adagrad, in place.

    Parameters
    ----------
    w : ndarray of float32 or float64, C-contiguous
        Weights, updated.
    g : array_like, shape of `w`
        Gradient. Read only.
    accumulator : ndarray as `w`
        Sum of the squared gradients, updated.
    learning_rate, epsilon : float

    Raises
    ------
    ValueError
        If an array has another shape or dtype.

    Notes
    -----
    ``a += g**2``, ``w -= learning_rate * g / sqrt(a + epsilon)``. As keras.optimizers.Adagrad.
    Source: Duchi, Hazan and Singer, JMLR 12, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import ops
    >>> w, accumulator = np.ones(1), np.zeros(1)
    >>> ops.adagrad_update(w, np.full(1, 2.0), accumulator, learning_rate=0.1)
    >>> accumulator
    array([4.])
    """
    _update("adagrad", {"epsilon": epsilon}, learning_rate, w, g, {"accumulator": accumulator})


# -- arguments ------------------------------------------------------------------------------------


def _floats(name, x):
    """`x` as an array of float32 or float64."""
    array = np.asarray(x)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: expected real numbers. Received: dtype {array.dtype}.")
    if hasattr(x, "dtype") and array.dtype in (np.float32, np.float64):
        return array
    return array.astype(config.floatx())  # also lists, which NumPy reads as float64


def _plain(array, dtype=None):
    """The array as the kernels read it: C-contiguous and aligned, which a view of bytes may not be.
    """
    return np.require(array, dtype, ["C", "A"])


def _same_dtype(x, y):
    dtype = np.result_type(x, y)
    return x.astype(dtype, copy=False), y.astype(dtype, copy=False)


def _output(name, out, shape, dtype):
    if out is None:
        return np.empty(shape, dtype)
    if (not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != dtype
            or not out.flags.carray):
        raise ValueError(f"{name}: expected `out` to be a writable, aligned, C-contiguous {dtype} "
                         f"array of shape {shape}. Received: {getattr(out, 'dtype', type(out))}, "
                         f"shape {np.shape(out)}.")
    return out


def _activation(name, x, out):
    x = _plain(_floats(name, x)).reshape(np.shape(x))
    out = _output(name, out, x.shape, x.dtype)
    if np.may_share_memory(x, out) and x.ctypes.data != out.ctypes.data:
        x = x.copy()  # else a row would be overwritten before it is read
    rows = (-1, x.shape[-1]) if x.ndim and x.shape[-1] else (1, x.size)
    kernels.for_dtype(x.dtype.name).activation_rows(name, x.reshape(rows), out.reshape(rows))
    return out


def _loss(kind, target, output, from_logits, axis, gradient=None):
    """The loss of every row in the dtype of the output; fills `gradient` if given."""
    output = _floats(kind, output)
    if axis not in (-1, output.ndim - 1):
        raise ValueError(f"{kind}: expected axis=-1. Received: axis={axis}. Move the classes to "
                         f"the last axis, e.g. with np.moveaxis.")
    sparse = kind.startswith("sparse")
    target = np.asarray(target)
    expected = output.shape[:-1] if sparse else output.shape
    if output.ndim < 1 or target.shape != expected:
        raise ValueError(f"{kind}: expected target of shape {expected} for output of shape "
                         f"{output.shape}. Received: target of shape {target.shape}.")
    n = output.shape[-1]
    if n == 0:
        raise ValueError(f"{kind}: expected at least one class. Received: output of shape "
                         f"{output.shape}.")
    outputs = _plain(output).reshape(-1, n)
    values = np.empty(len(outputs))
    if sparse:
        labels, y = _labels(kind, target.reshape(-1), n), None
    else:
        labels, y = None, _plain(target, output.dtype).reshape(-1, n)
    rows = None if gradient is None else gradient.reshape(-1, n)
    kernels.for_dtype(output.dtype.name).measure_rows(
        LossRule(kind, from_logits), y, labels, outputs, values, rows)
    return values.reshape(output.shape[:-1]).astype(output.dtype)


def _labels(name, labels, n):
    """Class numbers as int64; the first that is none of the `n` is named in an error."""
    wrong = labels[~((labels >= 0) & (labels < n) & (labels == np.floor(labels)))]
    if wrong.size:
        raise ValueError(f"{name}: expected class numbers from 0 to {n - 1}. Received: {wrong[0]}.")
    return labels.astype(np.int64)


def _update(kind, hyper, learning_rate, w, g, slots):
    if not isinstance(w, np.ndarray) or w.dtype not in (np.float32, np.float64):
        raise ValueError(f"{kind}_update: expected w to be a float32 or float64 array. Received: "
                         f"{getattr(w, 'dtype', type(w))}.")
    g = _plain(g, w.dtype)
    if g.shape != w.shape:
        raise ValueError(f"{kind}_update: expected g of shape {w.shape}. Received: {g.shape}.")
    for name, array in {"w": w, **slots}.items():
        _output(f"{kind}_update: {name}", _required(kind, name, array), w.shape, w.dtype)
    kernels.for_dtype(w.dtype.name).apply_update(
        kind, hyper, np.array(Factors(rate=learning_rate)), w.reshape(-1), g.reshape(-1),
        [array.reshape(-1) for array in slots.values()])


def _required(kind, name, array):
    if array is None:
        raise ValueError(f"{kind}_update: expected `{name}` with these settings. Received: None.")
    return array
