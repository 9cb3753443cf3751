"""What the output goes to: a terminal, a notebook, or neither, and how wide it is."""

from __future__ import annotations

import os
import shutil

__all__ = ["columns", "has_colours", "is_interactive", "is_notebook"]


def is_notebook(stream):
    """Tell whether a stream is the output of a cell, in Jupyter and what builds on its kernel."""
    return type(stream).__module__.partition(".")[0] == "ipykernel"


def is_interactive(stream):
    """Tell whether a line can be drawn again: in a terminal, a notebook, PyCharm's console."""
    try:
        if stream.isatty():
            return True
    except (AttributeError, ValueError):  # no stream, as under pythonw, or a closed one
        return False
    return is_notebook(stream) or "PYCHARM_HOSTED" in os.environ


def has_colours(stream):
    """Tell whether a stream shows colours, unless the user wants none (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and is_interactive(stream)


def columns():
    """Return the width of the terminal in characters, 80 where there is none."""
    return shutil.get_terminal_size().columns
