"""Features brought to mean 0 and variance 1 by statistics that are given or measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.axes import positions, together
from fastdense.layers.layer import Layer
from fastdense.variable import Variable, assign_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fastdense._types import Array, Config, Shape

__all__ = ["Normalization"]


class Normalization(Layer):
    """``(inputs - mean) / max(sqrt(variance), 1e-7)``, with the statistics of ``adapt``.

    Parameters
    ----------
    axis : int, tuple of int or None, default -1
        Axes that have statistics of their own, position by position. None takes one mean and one
        variance for everything.
    mean, variance : float or array_like, optional
        Statistics, instead of calling :meth:`adapt`. Both or none.
    invert : bool, default False
        Compute ``inputs * max(sqrt(variance), 1e-7) + mean`` instead.
    **kwargs
        As for :class:`Layer`.

    Raises
    ------
    ValueError
        If only one of `mean` and `variance` is given, or their shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layer = layers.Normalization()
    >>> layer.adapt(np.array([[1.0, 10.0], [3.0, 30.0]]))
    >>> layer(np.array([[1.0, 30.0]]))
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] | None = -1, mean: Any = None,
                 variance: Any = None, invert: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else tuple(axis) if isinstance(axis, (list, tuple)) else (
            axis,)
        if (mean is None) != (variance is None):
            raise ValueError("When setting values directly, both `mean` and `variance` must be "
                             f"set. Received: mean={mean} and variance={variance}")
        if np.shape(mean) != np.shape(variance):
            raise ValueError(
                "When setting values directly, `mean` and `variance` must have the same shape. "
                f"Received: mean shape {np.shape(mean)} and variance shape {np.shape(variance)}")
        self.input_mean, self.input_variance = mean, variance
        self.invert = bool(invert)
        self._shape: Any = None

    def build(self, input_shape: Shape) -> None:
        """Make the statistics for inputs of this shape, batch axis included."""
        axes = positions(self.axis, len(input_shape))
        self._shape = tuple(input_shape[axis] for axis in axes)
        if 0 in axes or None in self._shape:
            raise ValueError(
                "All `axis` values to be kept must have a known shape, and the batch is none of "
                f"them. Received axis={self.axis}, inputs.shape={tuple(input_shape)}")
        n = math.prod(self._shape)
        # What the engine normalizes with: center and square, or with `invert` factor and shift. No
        # weights of the layer, so nobody trains them; marked as frozen, they would keep the model
        # from the fused step.
        self._held = [Variable(np.zeros(n), dtype=self.dtype) for _ in range(4)]
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(
                shape=self._shape, initializer="zeros", name="mean", trainable=False)
            self.adapt_variance = self.add_weight(
                shape=self._shape, initializer="ones", name="variance", trainable=False)
            self.count = Variable(np.zeros(()), dtype="int64", trainable=False, name="count")
            self._variables.append(self.count)
        self.built = True
        self.finalize_state()

    @property
    def mean(self) -> Array:
        """The mean in use, of the shape of the kept axes."""
        return self._statistic("mean")

    @property
    def variance(self) -> Array:
        """The variance in use, of the shape of the kept axes."""
        return self._statistic("variance")

    def _statistic(self, name):
        if not self.built:
            raise ValueError("You must call `.build(input_shape)` on the layer before using it.")
        if self.input_mean is None:
            return getattr(self, f"adapt_{name}").numpy()
        return np.broadcast_to(np.asarray(getattr(self, f"input_{name}"), self.dtype), self._shape)

    def adapt(self, data: Any) -> None:
        """Measure mean and variance.

        Parameters
        ----------
        data : array_like, shape (n, ...), or iterable of batches
            Samples, or batches of them; of a batch that is a tuple, the first is taken.

        Raises
        ------
        ValueError
            If there is no batch, or a batch has another shape than the layer was built for.
        """
        if self.input_mean is not None:
            raise ValueError("Cannot `adapt` a Normalization layer that is initialized with static "
                             "`mean` and `variance`, you passed both to the constructor.")
        batches = [data] if hasattr(data, "__array__") or hasattr(data, "__dlpack__") else data
        n, mean, variance = 0, 0.0, 0.0
        for batch in batches:
            batch = np.asarray(batch[0] if isinstance(batch, tuple) else batch)
            if not self.built:
                self._build_whole((None, *batch.shape[1:]))
            keep = positions(self.axis, batch.ndim)
            if tuple(batch.shape[axis] for axis in keep) != self._shape:
                raise ValueError(f"adapt(): expected batches with {self._shape} along axis "
                                 f"{self.axis}, as built. Received an incompatible shape, "
                                 f"{batch.shape}.")
            rest = tuple(axis for axis in range(batch.ndim) if axis not in keep)
            # Chan, Golub and LeVeque, 1979: two parts with their means and variances make one.
            more = math.prod(batch.shape[axis] for axis in rest)
            part = batch.mean(axis=rest, dtype="f8")
            spread = batch.var(axis=rest, dtype="f8")
            total = n + more
            step = part - mean
            variance = (n * variance + more * spread + step**2 * (n * more / total)) / total
            mean = mean + step * (more / total)
            n = total
        if n == 0:
            raise ValueError("adapt() received no samples. Expected an array, or an iterable with "
                             "at least one batch.")
        mean, variance = np.asarray(mean, self.dtype), np.asarray(variance, self.dtype)
        assign_all([(self.adapt_mean, mean), (self.adapt_variance, variance),
                    *self._taken_over(mean, variance)])

    def finalize_state(self) -> None:
        """Take over the statistics, as after loading weights."""
        assign_all(self._taken_over(self.mean, self.variance))

    def _taken_over(self, mean, variance):
        mean, variance = mean.reshape(-1), variance.reshape(-1)
        deviation = np.maximum(np.sqrt(variance), np.asarray(config.epsilon(), self.dtype))
        zeros, ones = np.zeros_like(mean), np.ones_like(mean)
        values = ((deviation, mean, zeros, ones) if self.invert
                  else (ones, zeros, mean, variance))
        return zip(self._held, values, strict=True)

    def weights_assigned(self) -> None:
        """Take over the statistics, if there are any yet."""
        if self.built:
            self.finalize_state()

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return a frozen normalization by columns of the kept axes."""
        parameters = (0.0, 1.0, 0.0, config.epsilon() ** 2)  # max(sqrt(v), e) = sqrt(max(v, e^2))
        return together(
            input_shape, positions(self.axis, len(input_shape) + 1), lambda rows, n: [
                Stage("batch_normalization", n, n, rows, trainable=False, parameters=parameters)])

    def held(self) -> list[Held]:
        """Return the statistics, which the engine holds."""
        factor, shift, mean, variance = self._held
        return [Held(factor, shift, (mean, variance))]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        plain = [None if value is None else np.asarray(value).tolist()
                 for value in (self.input_mean, self.input_variance)]
        return {**super().get_config(), "axis": self.axis, "invert": self.invert,
                "mean": plain[0], "variance": plain[1]}
