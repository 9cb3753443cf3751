"""Dtype policies: Keras's name for what a layer computes in and what its weights are kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import defaults

if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from fastdense._types import Config

__all__ = ["DTypePolicy", "dtype_policy", "set_dtype_policy"]

_DTYPES = ("float32", "float64")
_default: dict[str, Any] = {"policy": None}


class DTypePolicy:
    """What a layer computes in, float32 or float64; its weights are of the same dtype.

    Parameters
    ----------
    name : {"float32", "float64"}, optional
        None means :func:`fastdense.config.dtype_policy`.

    Raises
    ------
    TypeError
        If `name` is not a str.
    ValueError
        If it is another dtype, or a mixed or quantized policy of Keras: fastdense has none.

    Examples
    --------
    >>> import fastdense as keras
    >>> keras.layers.Dense(3, dtype=keras.DTypePolicy("float64")).dtype
    'float64'
    """

    name: str

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = dtype_policy().name
        if not isinstance(name, str):
            raise TypeError(f"DTypePolicy: 'name' must be a string, such as \"float32\". "
                            f"Received: name={name!r} (of type {type(name)}).")
        if name not in _DTYPES:
            why = ("Mixed precision gains nothing on the CPUs that fastdense is for."
                   if name.startswith("mixed_") else "fastdense computes in these two.")
            raise ValueError(f"Cannot convert '{name}' to a DTypePolicy. Expected \"float32\" or "
                             f"\"float64\". Received: dtype={name!r}. {why}")
        self.name = name

    @property
    def compute_dtype(self) -> str:
        """Name of the dtype that a layer computes in and gives out."""
        return self.name

    @property
    def variable_dtype(self) -> str:
        """Name of the dtype of a layer's weights."""
        return self.name

    @property
    def quantization_mode(self) -> None:
        """None: nothing is quantized."""
        return None

    def get_config(self) -> Config:
        """Return the constructor's arguments as a dict of plain values."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Make a policy from what :meth:`get_config` returned."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


def dtype_policy() -> DTypePolicy:
    """Return the policy of new layers: that of :func:`set_dtype_policy`, else of `floatx`.

    Examples
    --------
    >>> from fastdense import config
    >>> config.dtype_policy()
    <DTypePolicy "float32">
    """
    return _default["policy"] or DTypePolicy(defaults.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers made from now on.

    Parameters
    ----------
    policy : {"float32", "float64"}, DTypePolicy or None
        None goes back to following :func:`fastdense.config.floatx`.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> import fastdense as keras
    >>> keras.config.set_dtype_policy("float64")
    >>> keras.layers.Dense(3).dtype
    'float64'
    >>> keras.config.set_dtype_policy(None)
    """
    if isinstance(policy, str):
        policy = DTypePolicy(policy)
    if policy is not None and not isinstance(policy, DTypePolicy):
        raise ValueError(
            "Invalid `policy` argument. Expected \"float32\", \"float64\" or a DTypePolicy. "
            f"Received: policy={policy!r} (of type {type(policy)})."
        )
    _default["policy"] = policy
