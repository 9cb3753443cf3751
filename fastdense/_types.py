"""The names that signatures use for types; read by type checkers, imported by nothing at run time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastdense.callbacks import Callback
from fastdense.initializers import Initializer
from fastdense.layers import Layer
from fastdense.models import Sequential
from fastdense.optimizers.schedules import LearningRateSchedule
from fastdense.random import SeedGenerator

__all__ = [
    "ActivationLike", "Array", "Callbacks", "Config", "ConstraintLike", "CustomObjects",
    "EpochHook", "Function", "InitializerLike", "LearningRate", "Logs", "LossLike", "Metrics",
    "Model", "Pairs", "Path", "RegularizerLike", "RunHook", "Scalar", "ScheduleStep", "Seed",
    "Shape", "Slots", "T",
]

T = TypeVar("T")

Array: TypeAlias = NDArray[Any]
Pairs: TypeAlias = tuple[tuple[Array, Array], tuple[Array, Array]]  # of training, of a test
Scalar: TypeAlias = np.floating[Any]
Shape: TypeAlias = tuple[int | Any, ...]  # None, which `Any` allows, for an axis of any length
Path: TypeAlias = str | os.PathLike[str]

Config: TypeAlias = dict[str, Any]  # of plain values
CustomObjects: TypeAlias = dict[str, Any]  # name -> class or function
Logs: TypeAlias = dict[str, Any]  # floats, or what a metric of one's own makes of it
Seed: TypeAlias = int | SeedGenerator | None

# A function on arrays, such as those of `activations`, which differ in their options.
Function: TypeAlias = Callable[..., Any]
EpochHook: TypeAlias = Callable[[int, Logs], object]
RunHook: TypeAlias = Callable[[Logs], object]

# What `get()` of a module turns into the object meant.
ActivationLike: TypeAlias = str | Config | Function | Layer | None
InitializerLike: TypeAlias = str | Config | Initializer | Function | ArrayLike | None
RegularizerLike: TypeAlias = str | Config | Function | None
ConstraintLike: TypeAlias = str | Config | Function | None
LossLike: TypeAlias = Any  # also an object with `call` and `gradient`, or a list or dict of one
Metrics: TypeAlias = Sequence[Any] | dict[str, Any] | None
Callbacks: TypeAlias = Callback | Iterable[Callback] | None

# Optimizers
LearningRate: TypeAlias = float | LearningRateSchedule | Callable[[], float]
ScheduleStep: TypeAlias = Any  # an int, or the Variable that counts
Slots: TypeAlias = dict[Any, Any]  # name, or a tuple of names -> initializer

Model: TypeAlias = Sequential  # of which every model is one
