"""A check for losses that users write: does the gradient belong to the loss?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike

__all__ = ["check_gradient"]

# The error of a central difference is least with a step of about eps ** (1 / 3).
_STEP = np.finfo(np.float64).eps ** (1 / 3)


def check_gradient(loss: Any, y_true: ArrayLike, y_pred: ArrayLike, rtol: float = 1e-5) -> float:
    """Check the gradient of a loss of your own by central differences, in float64.

    Parameters
    ----------
    loss : Loss, or object or function with a gradient
        An object with methods ``call(y_true, y_pred)`` and ``gradient(y_true, y_pred)``, such as a
        :class:`fastdense.losses.Loss`, or a function ``f(y_true, y_pred)`` with an attribute
        `gradient`. Each returns one number a sample, of shape ``y_pred.shape[:-1]``; the gradient
        is its derivative by the sample's row of `y_pred`, of the shape of `y_pred`.
    y_true, y_pred : array_like, shape (n, ...)
        A few targets and predictions, away from kinks such as that of ``abs`` at 0.
    rtol : float, default 1e-5
        Error allowed, relative to the largest entry of the gradient.

    Returns
    -------
    float
        The largest error found, relative to the largest entry of the gradient.

    Raises
    ------
    ValueError
        If a shape is wrong, or an entry differs; the message names the worst and both values.
    TypeError
        If `loss` has no gradient.

    Notes
    -----
    Compares with ``(f(p + h) - f(p - h)) / 2h``, ``h = eps**(1/3) * max(1, abs(p))``, whose own
    error is about 1e-10.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import losses, utils
    >>> class Quartic(losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return np.mean((y_pred - y_true) ** 4, axis=-1)
    ...     def gradient(self, y_true, y_pred):
    ...         return 4 * (y_pred - y_true) ** 3 / y_pred.shape[-1]
    >>> utils.check_gradient(Quartic(), [[0.0, 1.0]], [[0.5, -0.5]]) < 1e-5
    True
    """
    value, gradient = _functions(loss)
    y_true = np.asarray(y_true)
    if y_true.dtype.kind == "f":
        y_true = y_true.astype(np.float64)
    y_pred = np.array(y_pred, np.float64)
    found = np.asarray(gradient(y_true, y_pred))
    if found.shape != y_pred.shape:
        raise ValueError(f"check_gradient: expected a gradient of y_pred's shape {y_pred.shape}. "
                         f"Received: shape {found.shape}.")
    expected = _central_differences(lambda p: _values(value, y_true, p), y_pred)
    error = np.abs(found - expected)
    error[np.isnan(error)] = np.inf
    scale = max(np.max(np.abs(expected)), np.finfo(np.float32).tiny)
    if np.max(error) > rtol * scale:
        at = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
        raise ValueError(
            f"check_gradient: expected {expected[at]:.6g} at {at}, by central differences. "
            f"Received: {found[at]:.6g}. The gradient is the derivative of each sample's own loss "
            "by its row of y_pred, not divided by the number of samples."
        )
    return float(np.max(error) / scale)


def _functions(loss):
    """Return the loss of every sample and its gradient, as two functions."""
    value = getattr(loss, "call", loss)
    gradient = getattr(loss, "gradient", None)
    if not callable(value) or not callable(gradient):
        raise TypeError(
            "check_gradient: expected an object with methods `call(y_true, y_pred)` and "
            "`gradient(y_true, y_pred)`, or a function with an attribute `gradient`. Received: "
            f"{loss!r}."
        )
    return value, gradient


def _values(value, y_true, y_pred):
    values = np.asarray(value(y_true, y_pred), np.float64)
    if values.shape != y_pred.shape[:-1]:
        raise ValueError(f"check_gradient: expected a loss of one number a sample, shape "
                         f"{y_pred.shape[:-1]}. Received: shape {values.shape}.")
    return values


def _central_differences(values, p):
    """Return the derivative of every row's value by the row's entries, one column at a time."""
    derivative = np.empty_like(p)
    for column in range(p.shape[-1]):
        h = np.zeros_like(p)
        h[..., column] = _STEP * np.maximum(1, np.abs(p[..., column]))
        above, below = p + h, p - h
        derivative[..., column] = (values(above) - values(below)) / (
            above[..., column] - below[..., column])
    return derivative
