"""Dtype policies under Keras's module name, with the identifiers that a layer's `dtype` may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastdense.config import DTypePolicy, dtype_policy

if TYPE_CHECKING:
    from typing import Any

    from fastdense._types import Config, CustomObjects

__all__ = ["DTypePolicy", "deserialize", "get", "serialize"]


def get(identifier: Any) -> DTypePolicy:
    """Return the policy that an identifier means.

    Parameters
    ----------
    identifier : str, DTypePolicy, dict, NumPy dtype or None
        A dtype ("float32", ``np.float64``), a policy, a config of :func:`serialize`; None means
        :func:`fastdense.config.dtype_policy`.

    Returns
    -------
    DTypePolicy

    Raises
    ------
    ValueError
        If it is none of these, or another dtype than float32 and float64.

    Examples
    --------
    >>> from fastdense import dtype_policies
    >>> dtype_policies.get("float64")
    <DTypePolicy "float64">
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    if isinstance(identifier, (np.dtype, type)):
        return DTypePolicy(np.dtype(identifier).name)
    raise ValueError("Cannot interpret `dtype` argument. Expected \"float32\", \"float64\" or a "
                     f"DTypePolicy. Received: dtype={identifier!r}.")


def serialize(dtype_policy: Any) -> Config:
    """Describe a policy by a dict that :func:`deserialize`, and Keras, reads.

    Examples
    --------
    >>> from fastdense import dtype_policies
    >>> dtype_policies.serialize(dtype_policies.DTypePolicy("float32"))["config"]
    {'name': 'float32'}
    """
    return {"module": "keras", "class_name": "DTypePolicy", "config": dtype_policy.get_config(),
            "registered_name": None}


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> DTypePolicy:
    """Return the policy that a dict of :func:`serialize` describes.

    Parameters
    ----------
    config : dict
    custom_objects : None
        Accepted for Keras's signature; there is one class of policies.

    Raises
    ------
    ValueError
        If the dict describes something else.

    Examples
    --------
    >>> from fastdense import dtype_policies
    >>> dtype_policies.deserialize({"class_name": "DTypePolicy", "config": {"name": "float64"}})
    <DTypePolicy "float64">
    """
    if config.get("class_name") not in ("DTypePolicy", "FloatDTypePolicy", "Policy"):
        raise ValueError(
            f"Could not interpret dtype policy: {config}. Expected a dict such as "
            '{"class_name": "DTypePolicy", "config": {"name": "float32"}}; fastdense has no '
            "quantized policies."
        )
    return DTypePolicy.from_config(dict(config.get("config") or {}))
