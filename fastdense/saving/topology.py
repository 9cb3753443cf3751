"""A model without its numbers: layers and compile settings as a tree of plain values, and back.

The tree is that of Keras's config.json, so that either library reads the other's.
"""

from __future__ import annotations

import contextlib
import warnings

from fastdense import dtype_policies, layers, losses, metrics, optimizers, registry
from fastdense.utils.custom_objects import custom_object_scope

__all__ = ["compile_arguments", "compile_config", "compile_model", "model_config",
           "model_from_config", "sequential_config", "sequential_from_config"]

_LARGEST_SIZE = 2**14


def sequential_config(model):
    """Return ``get_config()`` of a Sequential."""
    entries = [layers.serialize(layer) for layer in model.layers]
    shape = model.input_shape if hasattr(model, "input_shape") else None
    if shape is not None:
        first = model._input_layer or layers.InputLayer(batch_shape=shape, dtype=model.dtype,
                                                        name="input_layer")
        entries.insert(0, layers.serialize(first))
    return {
        "name": model.name,
        "trainable": model.trainable,
        "dtype": dtype_policies.serialize(model.dtype_policy),
        "layers": entries,
        "build_input_shape": shape,
    }


def sequential_from_config(cls, config, custom_objects=None):
    """Return the model of class `cls` that ``get_config()`` described, with new weights."""
    if not isinstance(config.get("layers"), (list, tuple)) or "name" not in config:
        raise ValueError("A Sequential model configuration must be a dictionary containing the "
                         f"'name' and 'layers' keys. Received: {_short(config)}.")
    with custom_object_scope(custom_objects):
        model = cls(name=config["name"])
        for entry in config["layers"]:
            model.add(layers.deserialize(entry))
        if not model.built and config.get("build_input_shape") and model.layers:
            model.build(config["build_input_shape"])
    if config.get("trainable") is False:
        model.trainable = False
    return model


def compile_config(model):
    """Return the arguments of ``compile()`` as a tree of plain values; None if not compiled."""
    if not model.compiled:
        return None
    given = registry.plain(model._compiled._asdict())
    weight = given.get("loss_weight", 1.0)
    return {
        "optimizer": optimizers.serialize(model.optimizer),
        "loss": given["loss"],
        "loss_weights": None if weight == 1 else weight,
        "metrics": given["metrics"] or None,
        "weighted_metrics": given["weighted_metrics"] or None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def compile_arguments(config):
    """Return the arguments of ``compile()`` that :func:`compile_config` described."""
    known = {"optimizer": optimizers.deserialize, "loss": _loss, "loss_weights": float,
             "metrics": _metrics, "weighted_metrics": _metrics}
    return {name: read(config[name]) for name, read in known.items()
            if config.get(name) is not None}


def model_config(model):
    """Return the whole tree: what the model is, and how it was compiled.

    Settings of ``compile()`` that cannot be described, such as a lambda, are left out with a
    warning: the weights of a long training are worth saving without them.
    """
    tree = layers.serialize(model)
    if model.built:
        tree["build_config"] = {"input_shape": model.input_shape}
    try:
        settings = model.get_compile_config()
    except ValueError as error:
        warnings.warn(f"The settings of compile() are not saved: {error} Compile the model again "
                      "after loading it.", stacklevel=2)
        settings = None
    if settings:
        tree["compile_config"] = settings
    return registry.plain(tree)


def model_from_config(tree, custom_objects=None, compile=True):
    """Return the model that :func:`model_config` described, with new weights.

    Raises
    ------
    ValueError
        If the tree is not that of a model, names what is not known, or the arguments are wrong.
    """
    if not isinstance(tree, dict):
        raise ValueError(f"Expected the description of a model. Received: {_short(tree)}.")
    with custom_object_scope(custom_objects), _as_value_error():
        model = layers.deserialize(tree)
    if not hasattr(model, "predict"):
        raise ValueError(f"Expected the description of a model. Received: that of a "
                         f"{type(model).__name__}.")
    if compile:
        compile_model(model, tree, custom_objects)
    return model


def compile_model(model, tree, custom_objects=None):
    """Compile a model as :func:`model_config` described, if it was compiled."""
    if tree.get("compile_config"):
        with custom_object_scope(custom_objects), _as_value_error():
            model.compile_from_config(tree["compile_config"])


@contextlib.contextmanager
def _as_value_error():
    """Within the block any error but MemoryError is a ValueError: each constructor has its own way
    of saying that arguments are wrong."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(f"Not the description of a model that fastdense has: {error} "
                         "Objects of your own have to be registered, or passed in "
                         "`custom_objects`.") from error


def _loss(config):
    return config if isinstance(config, str) else losses.deserialize(config)


def _metrics(config):
    """Read metrics. A string stays one: "accuracy" depends on the shapes of the data."""
    _check_sizes(config)
    return [entry if isinstance(entry, str) else metrics.deserialize(entry) for entry in config]


def _check_sizes(config):
    """Raise ValueError for a huge number of classes or thresholds, which no weights vouch for."""
    if isinstance(config, dict):
        config = config.values()
    elif not isinstance(config, (list, tuple)):
        if isinstance(config, int) and abs(config) > _LARGEST_SIZE:
            raise ValueError(f"Expected sizes in metrics of at most {_LARGEST_SIZE}. Received: "
                             f"{config}.")
        return
    for inner in config:
        _check_sizes(inner)


def _short(value):
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
