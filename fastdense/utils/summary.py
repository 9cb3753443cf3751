"""What ``model.summary()`` says about a model: a row a layer, and the counts of parameters."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from fastdense import config
from fastdense.utils import terminal
from fastdense.utils.progbar import print_msg
from fastdense.utils.table import Table, bold, number, widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


__all__ = ["print_summary"]

_COLUMNS = ("Layer (type)", "Output Shape", "Param #")
_POSITIONS = (0.45, 0.80, 1.0)
_WIDTH = 88  # unless the terminal is narrower
_WIDTH_OF_TRAINABLE = 12


def print_summary(model: Any, line_length: int | None = None,
                  positions: Sequence[float] | None = None,
                  print_fn: Callable[[str], object] | None = None, expand_nested: bool = False,
                  show_trainable: bool = False, layer_range: Sequence[str] | None = None) -> None:
    """Print a model's table as ``keras.Model.summary`` does, or hand it to `print_fn`."""
    if print_fn is None and not config.is_interactive_logging_enabled():
        print_fn = print_msg
    columns, positions = list(_COLUMNS), list(positions or _POSITIONS)
    if show_trainable:
        columns.append("Trainable")
        positions = [0.9 * position for position in positions] + [1.0]
    if line_length is None:
        longest = _WIDTH + (_WIDTH_OF_TRAINABLE if show_trainable else 0)
        line_length = _wide_enough(positions, min(longest, terminal.columns() - 4))
    table = Table(columns, widths(positions, line_length))
    for row in _rows(model, _part(model.layers, layer_range), expand_nested):
        table.add(row[:len(columns)])
    paint = print_fn is None and terminal.has_colours(sys.stdout)
    lines = [bold(f'Model: "{model.name}"', paint), *table.lines(paint), *_totals(model, paint)]
    text = "".join(f"{line}\n" for line in lines)
    if print_fn is None:
        print_msg(text, line_break=False)
    else:
        print_fn(text)


def _wide_enough(positions, line_length):
    """Return a length of at least `line_length` that has room for all columns."""
    while True:
        try:
            widths(positions, line_length)
        except ValueError:
            line_length = max(line_length, 0) + 1
        else:
            return line_length


def _rows(model, layers, expand_nested, level=0):
    """Return the rows of layers: name, shape, parameters, and whether it is trained."""
    shapes = _output_shapes(model)
    prefix = "   " * level + "└ " if level else ""
    rows = []
    for layer in layers:
        rows.append((
            f"{prefix}{layer.name} ({type(layer).__name__})",
            _shape_text(shapes[id(layer)]),
            f"{layer.count_params():,}" if layer.built else "0 (unbuilt)",
            ("Y" if layer.trainable else "N") if layer.weights else "-",
        ))
        if expand_nested and getattr(layer, "layers", None):
            rows += _rows(layer, layer.layers, True, level + 1)
    return rows


def _output_shapes(model):
    """Return the shape of every layer's output by the id of the layer, None if not known yet."""
    shape = model.input_shape if hasattr(model, "input_shape") else None
    shapes = {}
    for layer in model.layers:
        if shape is not None:
            shape = layer.compute_output_shape(shape)
        shapes[id(layer)] = shape
    return shapes


def _shape_text(shape):
    return "?" if shape is None else f"({', '.join(map(str, shape))})"


def _part(layers, layer_range):
    """Return the layers from the first to the last that match two regular expressions."""
    if layer_range is None:
        return layers
    if len(layer_range) != 2:
        raise ValueError("layer_range must be a list or tuple of length 2. Received: layer_range = "
                         f"{layer_range} of length {len(layer_range)}")
    if not all(isinstance(pattern, str) for pattern in layer_range):
        raise ValueError(f"layer_range should contain string type only. Received: {layer_range}")
    first, last = ([i for i, layer in enumerate(layers) if re.match(pattern, layer.name)]
                   for pattern in layer_range)
    if not first or not last:
        raise ValueError("Passed layer_names do not match the layer names in the model. Received: "
                         f"{layer_range}. Layers: {[layer.name for layer in layers]}")
    if min(first) > max(last):
        return layers[min(last):max(first) + 1]
    return layers[min(first):max(last) + 1]


def _totals(model, paint):
    state = []
    if model.optimizer is not None and model.optimizer.built:
        state = model.optimizer.variables
    lines = [("Total params", model.weights + state), ("Trainable params", model.trainable_weights),
             ("Non-trainable params", model.non_trainable_weights)]
    if state:
        lines.append(("Optimizer params", state))
    return [f"{bold(f' {name}: ', paint)}{number(f'{_count(variables):,}', paint)} "
            f"({_size(sum(v.value.nbytes for v in variables))})" for name, variables in lines]


def _count(variables):
    return sum(v.size for v in variables)


def _size(n_bytes):
    units = ["B", "KB", "MB", "GB", "TB", "PB"]
    while n_bytes >= 1024 and len(units) > 1:
        n_bytes /= 1024
        units.pop(0)
    return f"{n_bytes:.2f} {units[0]}"
