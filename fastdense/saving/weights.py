"""A model's numbers under the names they have in files, and back into the model.

Keras numbers layers by their class within the file: ``layers/dense/vars/0`` is the kernel of the
first Dense, ``layers/dense_1/vars/0`` that of the second, whatever the layers are called.
"""

from __future__ import annotations

import collections
import warnings

import numpy as np

from fastdense.utils.naming import snake_case
from fastdense.variable import assign_all

__all__ = ["arrays_of", "check", "groups", "load", "random_states"]


def groups(model):
    """Return path -> (name, variables) for the model, its layers and its optimizer."""
    found = {"vars": (model.name, []), **_layer_groups(model, "layers")}
    if model.optimizer is not None:
        found["optimizer/vars"] = (model.optimizer.name, model.optimizer.variables)
    return found


def _layer_groups(model, prefix):
    found, seen = {}, collections.Counter()
    for layer in model.layers:
        kind = snake_case(type(layer).__name__)
        path = f"{prefix}/{kind}_{seen[kind]}" if seen[kind] else f"{prefix}/{kind}"
        seen[kind] += 1
        if hasattr(layer, "layers"):
            found[f"{path}/vars"] = (layer.name, [])
            found.update(_layer_groups(layer, f"{path}/layers"))
        else:
            found[f"{path}/vars"] = (layer.name, layer.weights)
    return found


def arrays_of(model):
    """Return path -> array of every variable, read-only views."""
    return {f"{path}/{i}": variable.value for path, (_, variables) in groups(model).items()
            for i, variable in enumerate(variables)}


def random_states(model):
    """Return the variables that layers have besides weights, in order: states of their noise."""
    found = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            found += random_states(layer)
        else:
            weights = {id(variable) for variable in layer.weights}
            found += [v for v in layer.variables if id(v) not in weights]
    return found


def check(model, arrays):
    """Raise ValueError if the arrays of a file are not the weights of a model's layers."""
    _matched(_of_layers(model), arrays, strict=True)


def load(model, arrays, skip_mismatch=False):
    """Give a model the values of a file, and its optimizer those that fit it.

    The optimizer is left as it is, with a warning, if its state does not fit: it may be another
    one, or have been made when other layers were trained.

    Parameters
    ----------
    model : Sequential
    arrays : dict of str to ndarray
    skip_mismatch : bool
        Whether layers that do not fit are left as they are, too.

    Raises
    ------
    ValueError
        If a layer does not fit; the model is as it was.
    """
    pairs = _matched(_of_layers(model), arrays, strict=not skip_mismatch)
    if model.optimizer is not None and "optimizer/vars/0" in arrays:
        _build_optimizer(model, arrays)
        pairs += _matched({"optimizer/vars": groups(model)["optimizer/vars"]}, arrays,
                          strict=False)
    assign_all(pairs)
    model.weights_assigned()


def _of_layers(model):
    """Return what :func:`groups` does, without the optimizer."""
    known = groups(model)
    known.pop("optimizer/vars", None)
    return known


def _build_optimizer(model, arrays):
    """Make the optimizer's state if the file has some: one that never took a step has none."""
    optimizer = model.optimizer
    if not optimizer.built and model.built and (
            f"optimizer/vars/{len(optimizer.variables)}" in arrays):
        optimizer.build(model.trainable_weights)


def _matched(known, arrays, strict):
    """Return (variable, array) for all variables of `known`.

    A group that does not fit is an error if `strict`, else it is left out with a warning.
    """
    pairs, misfits = [], []
    sizes = collections.Counter(name.rpartition("/")[0] for name in arrays)
    for path, (name, variables) in known.items():
        stored = [arrays.get(f"{path}/{i}") for i in range(len(variables))]
        if sizes[path] != len(variables) or any(array is None for array in stored):
            misfits.append(f"'{name}' expected {len(variables)} variables at {path}, but received "
                           f"{sizes[path]} variables.")
            continue
        own = list(zip(variables, stored, strict=True))
        wrong = next(filter(None, (_misfit(*pair) for pair in own)), None)
        if wrong:
            misfits.append(wrong)
        else:
            pairs += own
    if misfits and strict:
        raise ValueError(f"A total of {len(misfits)} objects could not be loaded. "
                         f"{misfits[0]}")
    if misfits:
        warnings.warn(f"A total of {len(misfits)} objects could not be loaded and are left as they "
                      f"are. {' '.join(misfits)}", stacklevel=4)
    return pairs


def _misfit(variable, array):
    """Return what is wrong with an array as the value of a variable, or None."""
    if variable.shape != array.shape:
        return (f"The shape of the target variable and the shape of the value must match: "
                f"expected {variable.shape} for `{variable.path}`. Received: {array.shape}.")
    if array.dtype.kind != np.dtype(variable.dtype).kind:
        return (f"Expected numbers of dtype {variable.dtype} for `{variable.path}`. Received: "
                f"{array.dtype}.")
    return None
