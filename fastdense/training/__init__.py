"""What happens between a model and the engine: compile, fit, evaluate, predict."""

from fastdense.training.trainer import Trainer

__all__ = ["Trainer"]
