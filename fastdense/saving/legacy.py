"""The weights in the older ``.h5`` files of Keras and tf.keras; nothing else is taken from them.

Such a file has a group for each layer, named as the layer, with the weights somewhere below it.
"""

from __future__ import annotations

import collections
import re

from fastdense.saving import hdf5

__all__ = ["read"]

_AUTOMATIC = re.compile(r"(.*?)(?:_(\d+))?")  # dense, dense_1, dense_2


def read(data, what, groups):
    """Return path -> array under the names that :mod:`fastdense.saving.weights` expects.

    Layers are found by their names, or, where one is not in the file, by the order of the numbers
    in automatic names: "dense_4" and "dense_5" are then "dense" and "dense_1".

    Parameters
    ----------
    data : bytes
    what : str
        Where it comes from, for messages.
    groups : dict of str to (str, list of Variable)
        What is wanted: path -> name of the layer and its variables.

    Raises
    ------
    ValueError
        If it is not such a file, or does not have a layer.
    """
    arrays = hdf5.read(data, what)
    stored = collections.defaultdict(dict)
    for path, array in arrays.items():
        layer, _, weight = path.removeprefix("model_weights/").partition("/")
        # "sequential/dense/kernel", in older files with ":0" after it
        stored[layer][weight.rpartition("/")[2].partition(":")[0]] = array
    wanted = {path: (name, variables) for path, (name, variables) in groups.items()
              if variables and not path.startswith("optimizer/")}
    names = [name for name, _ in wanted.values()]
    if not set(names) <= set(stored):
        names = _by_number(names, stored, what)
    return {f"{path}/{i}": stored[name][variable.name]
            for name, (path, (_, variables)) in zip(names, wanted.items(), strict=True)
            for i, variable in enumerate(variables) if variable.name in stored[name]}


def _by_number(names, stored, what):
    """Return the stored names that `names` mean if both were given automatically."""
    kinds = collections.defaultdict(list)
    for kind, _, name in sorted((*_split(name), name) for name in stored):
        kinds[kind].append(name)
    found = []
    for name in names:
        of_kind = kinds[_split(name)[0]]
        if not of_kind:
            raise ValueError(f"{what} has no layer for '{name}'. Its layers: "
                             f"{sorted(stored)[:20]}.")
        found.append(of_kind.pop(0))
    return found


def _split(name):
    kind, number = _AUTOMATIC.fullmatch(name).groups()
    return kind, int(number or 0)
