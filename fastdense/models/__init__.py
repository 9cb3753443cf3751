"""Models: a stack of layers that trains and predicts."""

from .model import Model
from .sequential import Sequential

__all__ = ["Model", "Sequential"]
