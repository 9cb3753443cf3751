"""Defaults that layers and formulas fall back on: number type, fuzz factor, order of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "epsilon", "floatx", "image_data_format", "set_epsilon", "set_floatx", "set_image_data_format",
]

_FLOATS = ("float32", "float64")
_ORDERS = ("channels_first", "channels_last")
_settings: dict[str, Any] = {
    "floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}


def floatx() -> str:
    """Return the dtype of new layers and variables, "float32" unless :func:`set_floatx` changed it.

    Examples
    --------
    >>> from fastdense import config
    >>> config.floatx()
    'float32'
    """
    return _settings["floatx"]


def set_floatx(value: str) -> None:
    """Set the dtype of layers and variables made from now on.

    Parameters
    ----------
    value : {"float32", "float64"}

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_floatx("float64")
    >>> config.set_floatx("float32")
    """
    if value not in _FLOATS:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected one of {_FLOATS}.")
    _settings["floatx"] = value


def epsilon() -> float:
    """Return the fuzz factor of the Python-side formulas, 1e-7 unless changed.

    Examples
    --------
    >>> from fastdense import config
    >>> config.epsilon()
    1e-07
    """
    return _settings["epsilon"]


def set_epsilon(value: float) -> None:
    """Set the fuzz factor of the Python-side formulas; the compiled losses clip at 1e-7.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_epsilon(1e-7)
    """
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """Return the order of the axes of images, "channels_last" unless changed.

    Only :class:`fastdense.layers.Flatten` asks for it.

    Examples
    --------
    >>> from fastdense import config
    >>> config.image_data_format()
    'channels_last'
    """
    return _settings["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set the order of the axes of images.

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> from fastdense import config
    >>> config.set_image_data_format("channels_last")
    """
    order = str(data_format).lower()
    if order not in _ORDERS:
        raise ValueError(f"The `data_format` argument must be one of {_ORDERS}. Received: "
                         f"data_format={data_format!r}.")
    _settings["image_data_format"] = order
