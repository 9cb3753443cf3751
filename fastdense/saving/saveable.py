"""What a model can do with files, configs and copies of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastdense.saving import files, text, topology

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from typing_extensions import Self

    from fastdense._types import Config, CustomObjects, Path

__all__ = ["Saveable"]


class Saveable:
    """The part of a model that is saved; `Sequential` derives from it."""

    compile: Callable[..., None]  # of `Trainer`, the next of its parents

    def save(self, filepath: Path, overwrite: bool = True, zipped: bool | None = None,
             **kwargs: Any) -> None:
        """Save the model; see :func:`fastdense.saving.save_model`."""
        files.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath: Path, overwrite: bool = True,
                     max_shard_size: float | None = None) -> None:
        """Save the weights; see :func:`fastdense.saving.save_weights`."""
        files.save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: Path, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Take the weights of a file; see :func:`fastdense.saving.load_weights`."""
        if kwargs:
            raise ValueError(f"Invalid keyword arguments: {kwargs}")
        files.load_weights(self, filepath, skip_mismatch=skip_mismatch)

    # -- config ---------------------------------------------------------------------------------

    def get_config(self) -> Config:
        """Return name, layers and input shape as a dict of plain values, as Keras has it."""
        return topology.sequential_config(self)

    @classmethod
    def from_config(cls, config: Config, custom_objects: CustomObjects | None = None) -> Self:
        """Make a model from what :meth:`get_config` returned; its weights are new."""
        return topology.sequential_from_config(cls, config, custom_objects)

    def get_compile_config(self) -> Config:
        """Return the arguments of :meth:`compile` as a dict of plain values; {} before it."""
        return topology.compile_config(self) or {}

    def compile_from_config(self, config: Config) -> None:
        """Compile the model with what :meth:`get_compile_config` returned."""
        self.compile(**topology.compile_arguments(config))

    def to_json(self, **kwargs: Any) -> str:
        """Return the layers, and how they were compiled, as JSON text, without weights.

        Parameters
        ----------
        **kwargs
            For `json.dumps`.

        Examples
        --------
        >>> import fastdense as keras
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="head")])
        >>> keras.models.model_from_json(model.to_json()).layers
        [<Dense name=head, built=True>]
        """
        return text.dump(topology.model_config(self), **kwargs)

    # -- copies ---------------------------------------------------------------------------------

    def __getstate__(self) -> Any:
        """Everything but the engine, which is made anew from the variables, and locks."""
        state = dict(self.__dict__)
        for name in ("_apart", "_busy", "_link_", "_measures", "_measuring", "_run", "_trained",
                     "_trainer"):
            state.pop(name, None)
        return state

    def __setstate__(self, state: Any) -> None:
        super().__init__()
        self.__dict__.update(state)
