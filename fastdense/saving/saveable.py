"""What a model can do with files, configs and copies of itself."""

from __future__ import annotations

from fastdense.saving import files, text, topology

__all__ = ["Saveable"]


class Saveable:
    """The part of a model that is saved; `Sequential` derives from it."""

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Save the model; see :func:`fastdense.saving.save_model`."""
        files.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """Save the weights; see :func:`fastdense.saving.save_weights`."""
        files.save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath, skip_mismatch=False, **kwargs):
        """Take the weights of a file; see :func:`fastdense.saving.load_weights`."""
        if kwargs:
            raise ValueError(f"Invalid keyword arguments: {kwargs}")
        files.load_weights(self, filepath, skip_mismatch=skip_mismatch)

    # -- config ---------------------------------------------------------------------------------

    def get_config(self):
        """Return name, layers and input shape as a dict of plain values, as Keras has it."""
        return topology.sequential_config(self)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a model from what :meth:`get_config` returned; its weights are new."""
        return topology.sequential_from_config(cls, config, custom_objects)

    def get_compile_config(self):
        """Return the arguments of :meth:`compile` as a dict of plain values; {} before it."""
        return topology.compile_config(self) or {}

    def compile_from_config(self, config):
        """Compile the model with what :meth:`get_compile_config` returned."""
        self.compile(**topology.compile_arguments(config))

    def to_json(self, **kwargs):
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

    def __getstate__(self):
        """Everything but the engine, which is made anew from the variables, and locks."""
        state = dict(self.__dict__)
        for name in ("_apart", "_busy", "_link_", "_measures", "_measuring", "_run", "_trained",
                     "_trainer"):
            state.pop(name, None)
        return state

    def __setstate__(self, state):
        super().__init__()
        self.__dict__.update(state)
