"""What the output goes to: a terminal, a notebook, or neither, and how wide it is."""

from __future__ import annotations

import os

__all__ = ["columns", "has_colours", "is_interactive", "is_notebook"]


def is_notebook(stream):
    """Tell whether a stream is the output of a cell, in Jupyter and what builds on its kernel."""
    return _home(stream) == "ipykernel"


def is_interactive(stream):
    """Tell whether a line can be drawn again: in a terminal, a notebook, PyCharm's console."""
    if os.environ.get("TERM") == "dumb" or _home(stream) == "idlelib":  # they only say they can
        return False
    try:
        if stream.isatty():
            return True
    except (AttributeError, ValueError):  # no stream, as under pythonw, or a closed one
        return False
    return is_notebook(stream) or "PYCHARM_HOSTED" in os.environ


def has_colours(stream):
    """Tell whether a stream shows colours, unless the user wants none (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and is_interactive(stream)


def _home(stream):
    """Return the name of the package that a stream's class comes from."""
    return type(stream).__module__.partition(".")[0]


def columns():
    """Return the width of the terminal in characters, 80 where there is none."""
    import shutil  # brings a lot along, and an import of fastdense should not

    return shutil.get_terminal_size().columns
