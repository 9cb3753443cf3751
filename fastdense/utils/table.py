"""A table of text drawn with box characters, as wide as asked: cells wrap, long words are cut."""

from __future__ import annotations

import math
import re

__all__ = ["Table", "bold", "number", "widths"]

_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_GREEN, _BLUE, _CYAN, _RED = (f"\x1b[38;5;{code}m" for code in (34, 33, 45, 9))
_LEAST = 4  # characters of a column before its frame is taken off
# What stands out in a cell on a terminal, by its text.
_COLOURS = (
    (re.compile(r"(?<=\()[A-Z]\w*(?=\))"), _BLUE),  # the class of a layer
    (re.compile(r"\bNone\b"), _CYAN),
    (re.compile(r"(?<![\w.])\d[\d,]*(?![\w.])"), _GREEN),
    (re.compile(r"^\s*Y\s*$"), _BOLD + _GREEN),
    (re.compile(r"^\s*N\s*$"), _BOLD + _RED),
)


def widths(positions, line_length):
    """Return the widths of columns, frames left out, that end at parts of the length of a line.

    Parameters
    ----------
    positions : list of float
        Where each column ends: above 1 in characters, else as a part of the line.
    line_length : int
        Width of the table, frames included.

    Raises
    ------
    ValueError
        If a column gets less than four characters.
    """
    ends = [int(position * line_length) for position in positions]
    wanted = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    if min(wanted) < _LEAST:
        raise ValueError("Insufficient console width to print summary. Expected at least "
                         f"{_LEAST} characters a column. Received: line_length={line_length}, "
                         f"positions={list(positions)}, so columns of {wanted}.")
    padded = [width + 2 for width in wanted]
    spare = line_length - (len(wanted) + 1) - sum(padded)
    if spare < 0:
        padded = _take(padded, -spare)
    elif spare > 0:
        padded = _give(padded, spare)
    return [width - 2 for width in padded]


def _take(sizes, excess):
    """Make sizes smaller by `excess` in all, evenly."""
    result = []
    for left, size in zip(range(len(sizes), 0, -1), sizes, strict=True):
        share = min(size, round(excess / left))
        result.append(size - share)
        excess -= share
    return result


def _give(sizes, spare):
    """Make sizes larger by `spare` in all, in proportion."""
    result, total = [], sum(sizes)
    for size in sizes:
        share = math.ceil(size * spare / total) if total else spare
        result.append(size + share)
        spare -= share
        total -= size
    return result


class Table:
    """Rows of cells under a row of headers; the third column stands right, the fourth centred.

    Parameters
    ----------
    headers : list of str
    widths : list of int
        Of the texts in the columns.
    """

    _ALIGNMENTS = (str.ljust, str.ljust, str.rjust, None)

    def __init__(self, headers, widths):
        self.headers = headers
        self.widths = widths
        self.rows = []

    def add(self, cells):
        """Add a row of one str a column."""
        self.rows.append(cells)

    def lines(self, paint):
        """Return the lines of the table, with colours if `paint`."""
        lines = [self._rule("┏┳┓", "━"), *self._row("┃", self.headers, paint, header=True),
                 self._rule("┡╇┩", "━")]
        for i, row in enumerate(self.rows):
            if i:
                lines.append(self._rule("├┼┤", "─"))
            lines += self._row("│", row, paint)
        return [*lines, self._rule("└┴┘", "─")]

    def _rule(self, corners, fill):
        left, middle, right = corners
        return left + middle.join(fill * (width + 2) for width in self.widths) + right

    def _row(self, bar, cells, paint, header=False):
        wrapped = [_wrap(cell, width) for cell, width in zip(cells, self.widths, strict=True)]
        height = max(map(len, wrapped))
        for i, texts in enumerate(wrapped):
            blank = [""] * (height - len(texts))
            wrapped[i] = blank + texts if header else texts + blank  # headers stand at the bottom
        for texts in zip(*wrapped, strict=True):
            shown = map(self._aligned, range(len(texts)), texts)
            shown = [bold(text, paint) if header else _coloured(text, paint) for text in shown]
            yield bar + bar.join(f" {text} " for text in shown) + bar

    def _aligned(self, column, text):
        width = self.widths[column]
        align = self._ALIGNMENTS[column]
        if align is None:  # one more on the right, where str.center has it on either side
            align, text = str.ljust, " " * ((width - len(text)) // 2) + text
        return align(text, width)


def bold(text, paint):
    """Return a text in bold if `paint`."""
    return f"{_BOLD}{text}{_RESET}" if paint else text


def number(text, paint):
    """Return a number in its colour if `paint`."""
    return f"{_GREEN}{text}{_RESET}" if paint else text


def _wrap(text, width):
    """Break a text between words into lines; a word that is too long for a line is cut."""
    lines = [""]
    for word in re.findall(r"\s*\S+\s*", text):
        if lines[-1] and len(lines[-1]) + len(word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [_cut(line.rstrip(), width) for line in lines]


def _cut(text, width):
    if len(text) <= width:
        return text
    return text[:width - 1] + "…" if width > 0 else ""


def _coloured(text, paint):
    if not paint:
        return text
    spans = sorted((match.start(), match.end(), colour) for pattern, colour in _COLOURS
                   for match in pattern.finditer(text))
    parts, at = [], 0
    for start, end, colour in spans:
        parts += [text[at:start], colour, text[start:end], _RESET]
        at = end
    return "".join([*parts, text[at:]])
