"""Normalization by the statistics of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import initializers
from fastdense.kernels.holding import Held
from fastdense.kernels.rules import Stage
from fastdense.layers.axes import positions, together
from fastdense.layers.vectors import Scaled

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, ConstraintLike, InitializerLike, RegularizerLike, Shape

__all__ = ["BatchNormalization"]


class BatchNormalization(Scaled):
    """``gamma * (inputs - mean) / sqrt(variance + epsilon) + beta``, by features.

    In training mean and variance are those of the batch, otherwise their moving averages. With
    ``trainable = False`` the averages are taken in training, too, and stay as they are.

    Parameters
    ----------
    axis : int, default -1
        The axis of the features; all others are averaged over.
    momentum : float, default 0.99
        ``moving = momentum * moving + (1 - momentum) * batch``.
    epsilon : float, default 0.001
        Added to the variance.
    center, scale : bool, default True
        Whether there are a beta to add and a gamma to multiply by.
    beta_initializer, gamma_initializer : str or object
        "zeros" and "ones".
    moving_mean_initializer, moving_variance_initializer : str or object
        "zeros" and "ones".
    beta_regularizer, gamma_regularizer : str or object, optional
    beta_constraint, gamma_constraint : str or object, optional
    renorm, renorm_clipping, renorm_momentum, synchronized
        Accepted for Keras's signature; `renorm` and `synchronized` must be False.
    **kwargs
        As for :class:`Layer`.

    Attributes
    ----------
    gamma, beta, moving_mean, moving_variance : Variable of shape (n_features,)
        The first two are None without `scale` or `center`.

    Raises
    ------
    ValueError
        If an argument does not fit.

    Notes
    -----
    The variance is the biased one, also in its moving average, as in Keras. Sums over the batch are
    added in float64, row by row, whatever the number of threads. Source: Ioffe and Szegedy, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from fastdense import layers
    >>> layer = layers.BatchNormalization(epsilon=0.0)
    >>> layer(np.array([[1.0], [3.0]]), training=True)
    array([[-1.],
           [ 1.]], dtype=float32)
    >>> layer.moving_mean.numpy()
    array([0.02], dtype=float32)
    """

    def __init__(self, axis: int = -1, momentum: float = 0.99, epsilon: float = 1e-3,
                 center: bool = True, scale: bool = True,
                 beta_initializer: InitializerLike = "zeros",
                 gamma_initializer: InitializerLike = "ones",
                 moving_mean_initializer: InitializerLike = "zeros",
                 moving_variance_initializer: InitializerLike = "ones",
                 beta_regularizer: RegularizerLike = None,
                 gamma_regularizer: RegularizerLike = None, beta_constraint: ConstraintLike = None,
                 gamma_constraint: ConstraintLike = None, renorm: bool = False,
                 renorm_clipping: None = None, renorm_momentum: float = 0.99,
                 synchronized: bool = False, **kwargs: Any) -> None:
        super().__init__(
            epsilon, center, scale,
            {"beta_initializer": beta_initializer, "gamma_initializer": gamma_initializer,
             "beta_regularizer": beta_regularizer, "gamma_regularizer": gamma_regularizer,
             "beta_constraint": beta_constraint, "gamma_constraint": gamma_constraint}, **kwargs)
        for argument, value in (("renorm", renorm), ("synchronized", synchronized)):
            if value:
                raise ValueError(f"BatchNormalization: expected {argument}=False, fastdense does "
                                 f"not have it. Received: {argument}={value}")
        self.axis = int(axis)
        self.momentum = float(momentum)
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.moving_mean: Any = None
        self.moving_variance: Any = None

    def build(self, input_shape: Shape) -> None:
        """Make gamma, beta and the moving statistics for inputs of this shape."""
        self.check_input(input_shape)
        axis, = positions(self.axis, len(input_shape))
        n = input_shape[axis]
        if axis == 0 or n is None:
            raise ValueError(f"BatchNormalization: expected axis {self.axis} of the input to be "
                             f"one of known length, not the batch. Received: {input_shape}.")
        self.add_gamma_and_beta((n,))
        self.moving_mean = self.add_weight(
            shape=(n,), initializer=self.moving_mean_initializer, name="moving_mean",
            trainable=False)
        self.moving_variance = self.add_weight(
            shape=(n,), initializer=self.moving_variance_initializer, name="moving_variance",
            trainable=False)
        self.built = True

    def check_input(self, shape: Shape) -> None:
        """Raise ValueError if an input of this shape, batch included, does not fit the layer."""
        super().check_input(shape)
        axis, = positions(self.axis, len(shape))
        if self.built and shape[axis] != self.moving_mean.shape[0]:
            raise ValueError(
                f"Input 0 of layer \"{self.name}\" is incompatible with the layer: expected axis "
                f"{self.axis} of input shape to have value {self.moving_mean.shape[0]}, but "
                f"received input with shape {tuple(shape)}")

    def stages(self, input_shape: tuple[int, ...]) -> list[Stage]:
        """Return the normalization, between the stages that bring another axis to the end."""
        constants = (self.epsilon, self.momentum, 1 - self.momentum, 0.0)
        return together(input_shape, positions(self.axis, len(input_shape) + 1), lambda rows, n: [
            Stage("batch_normalization", n, n, rows, use_bias=self.center, use_kernel=self.scale,
                  trainable=self.trainable, parameters=constants)])

    def held(self) -> list[Held]:
        """Return gamma, beta and the moving statistics, which the engine holds."""
        return [Held(self.gamma, self.beta, (self.moving_mean, self.moving_variance))]

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(
                self.moving_variance_initializer),
            "synchronized": False,
            "renorm": False,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }
