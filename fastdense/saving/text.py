"""JSON of files that nobody vouches for: a plain tree of bounded depth, or an error."""

from __future__ import annotations

import math

__all__ = ["check_count", "dump", "parse"]

_DEPTH = 64
_VALUES = 2**18  # a Dense with its optimizer's state takes about 70
_DIGITS = 40  # 128-bit states of random generators have 39


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
    try:
        tree = json.loads(bytes(data).decode("utf-8"), object_pairs_hook=_without_duplicates,
                          parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer)
    except RecursionError:
        raise ValueError(f"{what}: expected JSON of at most {_DEPTH} levels.") from None
    except ValueError as error:  # also bad UTF-8 and bad JSON
        raise ValueError(f"{what} is not valid: {error}") from error
    _check_depth(tree, what)
    return tree


def dump(tree, **kwargs):
    """Return a tree of plain values as JSON text; NaN and infinity are a ValueError."""
    import json

    text = json.dumps(tree, allow_nan=False, **kwargs)
    check_count(text.encode("utf-8", "replace"), "The description")  # or it could not be loaded
    return text


def check_count(data, what, start=0, end=None):
    """Raise ValueError if a stretch of JSON has more values than the layers of any model: at 60
    bytes of Python each, they would take many times the memory of the text."""
    if sum(data.count(mark, start, end) for mark in (b",", b"[", b"{")) > _VALUES:
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


def _check_depth(tree, what):
    level = [tree]
    for _ in range(_DEPTH):
        level = [inner for node in level if isinstance(node, (dict, list))
                 for inner in (node.values() if isinstance(node, dict) else node)]
        if not level:
            return
    raise ValueError(f"{what}: expected JSON of at most {_DEPTH} levels.")
