"""JSON of files that nobody vouches for: a plain tree of bounded depth, or an error."""

from __future__ import annotations

import math
import re

__all__ = ["check_count", "dump", "parse"]

_DEPTH = 64
_VALUES = 2**18  # a Dense with its optimizer's state takes about 70
_DIGITS = 40  # 128-bit states of random generators have 39
_BRACKET = re.compile(rb"[\[\]{}]")


def parse(data, what):
    """Return the tree of dicts and lists that JSON bytes describe.

    Parameters
    ----------
    data : bytes
    what : str
        Where it comes from, for the message.

    Raises
    ------
    ValueError
        If it is not JSON by the standard (no NaN or infinity), a key comes twice, it is nested
        deeper than 64 levels, or a number has more than 40 digits.
    """
    import json

    check_count(data, what)
    _check_depth(data, what)
    try:
        tree = json.loads(bytes(data).decode("utf-8"), object_pairs_hook=_without_duplicates,
                          parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer)
    except ValueError as error:  # also bad UTF-8 and bad JSON
        raise ValueError(f"{what} is not valid: {error}") from error
    return tree


def dump(tree, **kwargs):
    """Return a tree of plain values as JSON text; NaN and infinity are a ValueError."""
    import json

    text = json.dumps(tree, allow_nan=False, **kwargs)
    check_count(text.encode("utf-8", "replace"), "The description")  # or it could not be loaded
    return text


def check_count(data, what, start=0, end=None):
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


def _check_depth(data, what):
    """Before the parser, which would follow ten thousand levels into its own stack."""
    plain = bytes(data).replace(b"\\\\", b"").replace(b'\\"', b"")  # now a quote ends its text
    depth = start = 0
    while start >= 0:
        end = plain.find(b'"', start)
        for mark in _BRACKET.finditer(plain, start, end if end >= 0 else len(plain)):
            depth += 1 if mark[0] in b"[{" else -1
            if depth > _DEPTH:
                raise ValueError(f"{what}: expected JSON of at most {_DEPTH} levels.")
        start = plain.find(b'"', end + 1) + 1 if end >= 0 else -1
        if start == 0:
            return  # a text without an end: the parser says so
