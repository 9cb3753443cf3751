"""Initializers whose spread follows from the shape: Glorot, He and LeCun, normal and uniform."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .sampling import RandomInitializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike

    from fastdense._types import Array, Config, Seed

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "VarianceScaling",
    "compute_fans",
]

# Standard deviation of a standard normal that is cut at -2 and 2.
_TRUNCATED_STD = 0.87962566103423978


class VarianceScaling(RandomInitializer):
    """Draws with variance ``scale / n``, where n is the number of a unit's inputs or outputs.

    Parameters
    ----------
    scale : float, default 1.0
        Positive.
    mode : {"fan_in", "fan_out", "fan_avg"}, default "fan_in"
        n: inputs, outputs, or the mean of the two.
    distribution : {"truncated_normal", "untruncated_normal", "uniform"}
        Default "truncated_normal". "uniform" draws from ``[-limit, limit)`` with
        ``limit = sqrt(3 scale / n)``.
    seed : int or SeedGenerator, optional
        As for :class:`RandomNormal`.
    input_axes, output_axes : list of int, optional
        Axes of the shape that count as inputs and as outputs, both or neither.

    Raises
    ------
    ValueError
        If `scale` is not positive, or `mode` or `distribution` is not one of the above.

    Notes
    -----
    The standard deviation is that of the numbers drawn: the truncated normal is widened by
    1 / 0.8796 to make up for its tails (``keras.initializers.VarianceScaling``).

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.VarianceScaling(2.0, seed=1)((800, 400))
    >>> round(float(w.std()), 3)  # sqrt(2 / 800)
    0.05
    """

    def __init__(self, scale: float = 1.0, mode: str = "fan_in",
                 distribution: str = "truncated_normal", seed: Seed = None,
                 input_axes: int | Sequence[int] | None = None,
                 output_axes: int | Sequence[int] | None = None) -> None:
        if scale <= 0:
            raise ValueError(
                f"{type(self).__name__}: Argument `scale` must be positive float. "
                f"Received: scale={scale}"
            )
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        _check_choice("mode", mode, ("fan_in", "fan_out", "fan_avg"))
        _check_choice("distribution", distribution,
                      ("truncated_normal", "untruncated_normal", "uniform"))
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike | None = None) -> Array:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        std = math.sqrt(self.scale / max(1.0, fan))
        if self.distribution == "truncated_normal":
            return self._truncated_normal(shape, 0.0, std / _TRUNCATED_STD, dtype)
        if self.distribution == "untruncated_normal":
            return self._normal(shape, 0.0, std, dtype)
        limit = math.sqrt(3.0) * std
        return self._uniform(shape, -limit, limit, dtype)

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


class _Named(VarianceScaling):
    """A VarianceScaling with a name, whose config is the seed and the axes."""

    _scale, _mode, _distribution = 1.0, "fan_in", "truncated_normal"

    def __init__(self, seed: Seed = None, input_axes: int | Sequence[int] | None = None,
                 output_axes: int | Sequence[int] | None = None) -> None:
        super().__init__(self._scale, self._mode, self._distribution, seed, input_axes,
                         output_axes)

    def get_config(self) -> Config:
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Named):
    """Uniform in ``[-limit, limit)``, ``limit = sqrt(6 / (fan_in + fan_out))``; Dense's default.

    Source: Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward
    neural networks. Parameters as for :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.GlorotUniform(seed=1)((500, 100))
    >>> bool(abs(w).max() <= (6 / 600) ** 0.5)
    True
    """

    _mode, _distribution = "fan_avg", "uniform"


class GlorotNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(2 / (fan_in + fan_out))``.

    Source: Glorot and Bengio (2010). Parameters as for :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> round(float(initializers.GlorotNormal(seed=1)((500, 300)).std()), 3)
    0.05
    """

    _mode = "fan_avg"


class HeUniform(_Named):
    """Uniform in ``[-limit, limit)``, ``limit = sqrt(6 / fan_in)``.

    Source: He et al. (2015), Delving deep into rectifiers. Parameters as for
    :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.HeUniform(seed=1)((600, 100))
    >>> bool(abs(w).max() <= 0.1)
    True
    """

    _scale, _distribution = 2.0, "uniform"


class HeNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(2 / fan_in)``; suits relu.

    Source: He et al. (2015), Delving deep into rectifiers. Parameters as for
    :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> round(float(initializers.HeNormal(seed=1)((800, 400)).std()), 3)
    0.05
    """

    _scale = 2.0


class LecunUniform(_Named):
    """Uniform in ``[-limit, limit)``, ``limit = sqrt(3 / fan_in)``.

    Source: LeCun et al. (1998), Efficient BackProp. Parameters as for :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> w = initializers.LecunUniform(seed=1)((300, 100))
    >>> bool(abs(w).max() <= 0.1)
    True
    """

    _distribution = "uniform"


class LecunNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(1 / fan_in)``.

    Source: LeCun et al. (1998), Efficient BackProp. Parameters as for :class:`VarianceScaling`.

    Examples
    --------
    >>> from fastdense import initializers
    >>> round(float(initializers.LecunNormal(seed=1)((400, 400)).std()), 3)
    0.05
    """


def compute_fans(shape, input_axes=None, output_axes=None):
    """Return the numbers of inputs and outputs of one unit of a weight.

    Parameters
    ----------
    shape : tuple of int
        ``(inputs, outputs)`` for a kernel. With more axes the leading ones multiply both, with
        one it is both.
    input_axes, output_axes : sequence of int, optional
        Given both, the products over these axes instead.

    Returns
    -------
    fan_in, fan_out : int

    Examples
    --------
    >>> from fastdense.initializers.scaling import compute_fans
    >>> compute_fans((784, 10)), compute_fans((3, 784, 10)), compute_fans((10,))
    ((784, 10), (2352, 30), (10, 10))
    """
    if input_axes is not None and output_axes is not None:
        return (math.prod(shape[axis] for axis in input_axes),
                math.prod(shape[axis] for axis in output_axes))
    if len(shape) < 2:
        fan = math.prod(shape)
        return fan, fan
    field = math.prod(shape[:-2])
    return field * shape[-2], field * shape[-1]


def _check_choice(name, value, choices):
    if value not in choices:
        raise ValueError(f"Invalid `{name}` argument: {value}. Expected one of {choices}.")
