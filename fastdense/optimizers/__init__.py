"""Optimizers: hyper-parameters and state; the loops are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import registry

from . import schedules
from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam
from .adamax import Adamax
from .adamw import AdamW
from .base import Optimizer
from .lion import Lion
from .nadam import Nadam
from .rmsprop import RMSprop
from .sgd import SGD

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import CustomObjects

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

_KNOWN = {cls.__name__.lower(): cls for cls in (
    Adadelta, Adagrad, Adam, AdamW, Adamax, Lion, Nadam, RMSprop, SGD)}


def get(identifier: Any) -> Optimizer | None:
    """Return the optimizer that an identifier means.

    Parameters
    ----------
    identifier : str, dict, Optimizer or None
        A class name in any case ("sgd", "RMSprop"), a config, or an optimizer, which is returned
        as it is.

    Returns
    -------
    Optimizer or None

    Raises
    ------
    ValueError
        If there is no such optimizer.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> type(optimizers.get("rmsprop")).__name__
    'RMSprop'
    """
    return None if identifier is None else deserialize(identifier)


def serialize(optimizer: Any) -> Any:
    """Describe an optimizer, without its state, by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> optimizers.serialize(optimizers.SGD(0.5))["class_name"]
    'SGD'
    """
    return registry.serialize(optimizer, "optimizers")


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Optimizer:
    """Return the optimizer that a dict of :func:`serialize` describes; its state is new.

    Examples
    --------
    >>> from fastdense import optimizers
    >>> optimizers.deserialize({"class_name": "SGD", "config": {"momentum": 0.5}}).momentum
    0.5
    """
    folded = {name.lower(): cls for name, cls in (custom_objects or {}).items()}
    return registry.get(config, _KNOWN, "optimizer", custom_objects=folded,
                        accepts=_is_optimizer, fold=str.lower)


def _is_optimizer(obj):
    return isinstance(obj, Optimizer)
