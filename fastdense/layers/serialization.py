"""Layers as dicts of plain values, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense import registry
from fastdense.layers.layer import Layer

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import CustomObjects

__all__ = ["KNOWN", "deserialize", "serialize"]

KNOWN: dict[str, Any] = {}  # name -> class: all layers, and the models, which are layers too


def serialize(layer: Layer) -> Any:
    """Describe a layer, without its weights, by a dict that :func:`deserialize` reads.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.serialize(layers.Flatten())["class_name"]
    'Flatten'
    """
    return registry.serialize(layer, registry.family_of(type(layer)))


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Layer:
    """Return the layer that a dict of :func:`serialize` describes; its weights are new.

    Parameters
    ----------
    config : dict
    custom_objects : dict of str to class, optional
        Classes of your own that it may name.

    Raises
    ------
    ValueError
        If there is no such layer, or its arguments are wrong.

    Examples
    --------
    >>> from fastdense import layers
    >>> layers.deserialize({"class_name": "Dense", "config": {"units": 10}}).units
    10
    """
    return registry.get(config, KNOWN, "layer", custom_objects=custom_objects,
                        accepts=lambda obj: isinstance(obj, Layer))
