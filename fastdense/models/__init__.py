"""Models: a stack of layers that trains, predicts, and is saved."""

from fastdense.saving import clone_model, load_model, model_from_json, save_model

from .model import Model
from .sequential import Sequential

__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
