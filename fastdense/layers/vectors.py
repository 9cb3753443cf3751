"""What normalizing layers share: gamma and beta, with all that may be said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import constraints, initializers, regularizers
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config
    from fastdense.variable import Variable

__all__ = ["Scaled"]

_PARTS = ("initializer", "regularizer", "constraint")
_FAMILIES = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}


class Scaled(Layer):
    """A layer with a gamma and a beta, each of them optional."""

    min_ndim = 2
    axis: Any
    gamma: Variable | None
    beta: Variable | None

    def __init__(self, epsilon: float, center: bool, scale: bool, settings: dict[str, Any],
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not epsilon >= 0:
            raise ValueError(f"{type(self).__name__}: expected epsilon to be zero or more. "
                             f"Received: epsilon={epsilon}")
        self.epsilon = float(epsilon)
        self.center = bool(center)
        self.scale = bool(scale)
        self.gamma = self.beta = None
        for name, value in settings.items():
            setattr(self, name, _FAMILIES[name.split("_")[-1]].get(value))

    def add_gamma_and_beta(self, shape: tuple[int, ...]) -> None:
        """Make the weights that there are."""
        for name, wanted in (("gamma", self.scale), ("beta", self.center)):
            if wanted:
                initializer, regularizer, constraint = (
                    getattr(self, f"{name}_{part}") for part in _PARTS)
                setattr(self, name, self.add_weight(
                    shape=shape, initializer=initializer, name=name, regularizer=regularizer,
                    constraint=constraint))

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        settings = {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon,
                    "center": self.center, "scale": self.scale}
        for name in ("beta", "gamma"):
            for part in _PARTS:
                settings[f"{name}_{part}"] = _FAMILIES[part].serialize(
                    getattr(self, f"{name}_{part}"))
        return settings
