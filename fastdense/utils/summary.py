"""The table that ``model.summary()`` prints."""

from __future__ import annotations

import shutil

__all__ = ["print_summary"]

_HEADERS = ("Layer (type)", "Output Shape", "Param #")


def print_summary(model, line_length, print_fn, expand_nested, show_trainable):
    """Hand the table of a model, a str with line breaks, to `print_fn`."""
    headers = list(_HEADERS) + (["Trainable"] if show_trainable else [])
    rows = _rows(model, expand_nested, show_trainable)
    width = line_length or min(80, shutil.get_terminal_size().columns)
    columns = _widths(headers, rows, width)
    lines = [f'Model: "{model.name}"', _rule("┏┳┓", "━", columns),
             _line("┃", headers, columns), _rule("┡╇┩", "━", columns)]
    for i, row in enumerate(rows):
        if i:
            lines.append(_rule("├┼┤", "─", columns))
        lines.append(_line("│", row, columns))
    lines.append(_rule("└┴┘", "─", columns))
    print_fn("\n".join(lines + _totals(model)))


def _rows(model, expand_nested, show_trainable, indent=""):
    rows = []
    shape = model.input_shape if hasattr(model, "input_shape") else None
    for layer in model.layers:
        if shape is not None:
            shape = layer.compute_output_shape(shape)
        row = [f"{indent}{layer.name} ({type(layer).__name__})",
               "?" if shape is None else str(shape).replace("'", ""),
               f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"]
        if show_trainable:
            row.append(("Y" if layer.trainable else "N") if layer.weights else "-")
        rows.append(row)
        if expand_nested and hasattr(layer, "layers"):
            rows += _rows(layer, expand_nested, show_trainable, indent + "  ")
    return rows


def _widths(headers, rows, width):
    """Column widths that add up to `width`; a narrow terminal cuts the longest cells."""
    needed = [max(len(row[i]) for row in [headers, *rows]) + 2 for i in range(len(headers))]
    spare = width - sum(needed) - len(headers) - 1
    while spare < 0 and max(needed) > 8:
        needed[needed.index(max(needed))] -= 1
        spare += 1
    share, rest = divmod(max(spare, 0), len(headers))
    return [n + share + (i < rest) for i, n in enumerate(needed)]


def _rule(corners, fill, columns):
    left, middle, right = corners
    return left + middle.join(fill * n for n in columns) + right


def _line(bar, cells, columns):
    texts = []
    for i, (cell, n) in enumerate(zip(cells, columns, strict=True)):
        cut = cell if len(cell) <= n - 2 else cell[:n - 3] + "…"
        texts.append(f" {cut:>{n - 2}} " if i >= 2 else f" {cut:<{n - 2}} ")
    return bar + bar.join(texts) + bar


def _totals(model):
    state = []
    if model.optimizer is not None and model.optimizer.built:
        state = model.optimizer.variables
    lines = [("Total params", model.weights + state), ("Trainable params", model.trainable_weights),
             ("Non-trainable params", model.non_trainable_weights)]
    if state:
        lines.append(("Optimizer params", state))
    return [f" {name}: {_count(variables):,} ({_size(variables)})" for name, variables in lines]


def _count(variables):
    return sum(v.size for v in variables)


def _size(variables):
    size = float(sum(v.value.nbytes for v in variables))
    units = ["B", "KB", "MB", "GB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.2f} {units[0]}"
