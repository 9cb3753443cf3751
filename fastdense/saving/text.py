"""JSON of files that nobody vouches for: a plain tree of bounded depth, or an error."""

from __future__ import annotations

import math
import re

__all__ = ["dump", "parse"]

_DEPTH = 64
_VALUES = 2**18  # a Dense with its optimizer's state takes about 70
_DIGITS = 40  # 128-bit states of random generators have 39
_BRACKET = re.compile(rb"[\[\]{}]")
_QUOTE = re.compile(rb'(?<!\\)\\*"')  # with all the backslashes before it, looked at once


def parse(data, what, start=0, end=None):
    """Return the tree of dicts and lists that JSON describes: all of `data`, or a stretch of it.

    Nothing is copied before values and levels have been counted.

    Parameters
    ----------
    data : bytes
    what : str
        Where it comes from, for the message.
    start, end : int
        First byte of the stretch, and the first behind it.

    Raises
    ------
    ValueError
        If it is not JSON by the standard (no NaN or infinity), a key comes twice, it is nested
        deeper than 64 levels, has more than 262144 values, or a number of more than 40 digits.
    """
    import json

    end = len(data) if end is None else end
    _check_count(data, what, start, end)
    _check_depth(data, what, start, end)
    try:
        tree = json.loads(data[start:end].decode("utf-8"), object_pairs_hook=_without_duplicates,
                          parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer)
    except ValueError as error:  # also bad UTF-8 and bad JSON
        raise ValueError(f"{what} is not valid: {error}") from error
    return tree


def dump(tree, **kwargs):
    """Return a tree of plain values as JSON text; NaN and infinity are a ValueError."""
    import json

    text = json.dumps(tree, allow_nan=False, **kwargs)
    data = text.encode("utf-8", "replace")
    _check_count(data, "The description", 0, len(data))  # or it could not be loaded
    return text


def _check_count(data, what, start, end):
    """Raise ValueError if a stretch of JSON has more values than the layers of any model: at 60
    bytes of Python each, they would take many times the memory of the text. A value brings at
    most two texts, its own and its key's."""
    values = sum(data.count(mark, start, end) for mark in (b",", b"[", b"{"))
    if values > _VALUES or data.count(b'"', start, end) > 4 * _VALUES:
        raise ValueError(f"{what}: expected JSON of at most {_VALUES} values.")


def _without_duplicates(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} comes twice.")
    return result


def _refuse_constant(name):
    raise ValueError(f"{name} is not a number of JSON.")


def _finite(literal):
    value = float(literal)
    if not math.isfinite(value):
        raise ValueError(f"the number {literal[:40]} is out of range.")
    return value


def _integer(literal):
    if len(literal) > _DIGITS:
        raise ValueError(f"an integer has {len(literal)} digits.")
    return int(literal)


def _check_depth(data, what, start, end):
    """Before the parser, which would follow ten thousand levels into its own stack."""
    depth = 0
    while start < end:
        quote = data.find(b'"', start, end)
        for mark in _BRACKET.finditer(data, start, end if quote < 0 else quote):
            depth += 1 if mark[0] in b"[{" else -1
            if depth > _DEPTH:
                raise ValueError(f"{what}: expected JSON of at most {_DEPTH} levels.")
        start = end if quote < 0 else _end_of_text(data, quote + 1, end)


def _end_of_text(data, start, end):
    """Where the text that begins at `start` has ended; `end` if never: the parser says so."""
    for quote in _QUOTE.finditer(data, start, end):
        if (quote.end() - quote.start()) % 2:  # an even number of backslashes, and the quote
            return quote.end()
    return end
