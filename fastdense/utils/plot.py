"""A picture of a training history: how loss and metrics went, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

__all__ = ["plot_history"]

_TRAINING = {"color": "#1f5a99", "marker": "o", "markersize": 4, "linewidth": 1.8}
_VALIDATION = {"color": "#d1661c", "marker": "s", "markersize": 4, "linewidth": 1.8,
               "linestyle": "--"}


def plot_history(history: Any, ax: Any = None) -> Any:
    """Draw loss and metrics over the epochs, training and validation in one picture.

    Parameters
    ----------
    history : History or dict of str to sequence of float
        What ``fit`` returns, or its ``.history``: one number per epoch. "loss" and "val_loss"
        share a panel, and so does every metric with its ``"val_"`` twin. Fewer validations than
        epochs (`validation_freq`) are drawn at even steps.
    ax : matplotlib Axes or sequence of Axes, optional
        Where to draw: one Axes per panel, or a single Axes that takes all curves. None makes a
        new figure, which ``matplotlib.pyplot.show()`` then shows.

    Returns
    -------
    ndarray of Axes, shape (n_panels,)
        The Axes drawn on; ``axes[0].figure.savefig("curves.png")`` writes the picture.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError
        If `history` is neither a History nor a dict.
    ValueError
        If there is nothing to draw, or `ax` has another number of Axes than there are panels.

    Examples
    --------
    >>> import fastdense
    >>> from matplotlib.figure import Figure
    >>> history = {"loss": [0.26, 0.11, 0.07], "val_loss": [0.13, 0.10, 0.08]}
    >>> axes = fastdense.utils.plot_history(history, ax=Figure().subplots())
    >>> axes[0].get_xlabel(), [text.get_text() for text in axes[0].get_legend().get_texts()]
    ('epoch', ['training', 'validation'])
    """
    logs = _logs(history)
    first = (getattr(history, "epoch", None) or [0])[0] + 1  # later with `initial_epoch`
    names = dict.fromkeys(key.removeprefix("val_") for key in logs)
    names = sorted(names, key=lambda name: name != "loss")  # the loss first, the rest as it comes
    axes = _axes(ax, len(names))
    if len(axes) == len(names):
        for panel, name in zip(axes, names, strict=True):
            panel.set_title(_words(name))
            _draw(panel, logs, name, first)
    else:  # one panel for all: the colour tells the quantity, the line which set it is
        for i, name in enumerate(names):
            _draw(axes[0], logs, name, first, suffix=" " + _words(name), color=f"C{i}")
    for panel in axes:
        _dress(panel)
    return axes


def _draw(panel, logs, name, first, suffix="", **style):
    """Draw the training and validation curves of one quantity, as far as there are any."""
    for key, label, default in ((name, "training", _TRAINING),
                                ("val_" + name, "validation", _VALIDATION)):
        if key in logs:
            values = np.asarray(logs[key], dtype=float)  # (epochs,), fewer with validation_freq
            step = max(len(logs.get(name, ())) // len(values), 1)
            panel.plot(first - 1 + step * np.arange(1, len(values) + 1), values,
                       label=label + suffix, **{**default, **style})


def _logs(history):
    logs = getattr(history, "history", history)
    if not isinstance(logs, Mapping):
        raise TypeError(
            "plot_history: expected the History that fit() returns, or its .history dict. "
            f"Received: history={history!r} (of type {type(history)})"
        )
    logs = {key: values for key, values in logs.items() if np.size(values)}
    if not logs:
        raise ValueError(
            "plot_history: expected at least one epoch. Received: an empty history. "
            "Train with model.fit(..., epochs=1) or more first."
        )
    return logs


def _axes(ax, count):
    """Return the Axes to draw on as an array of length `count`, or 1 for a shared one."""
    if ax is None:
        try:
            from matplotlib import pyplot
        except ImportError as error:
            raise ImportError(
                "plot_history needs matplotlib, which is not installed. "
                'Install it with: pip install "fastdense[plot]"'
            ) from error
        columns = min(count, 3)
        rows = -(-count // columns)
        figure = pyplot.figure(figsize=(4.6 * columns, 3.6 * rows), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        for unused in axes[count:]:
            unused.remove()
        return axes[:count]
    axes = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if np.ndim(ax) and len(axes) != count:
        raise ValueError(
            f"plot_history: expected one Axes for each of the {count} quantities, or a single "
            f"Axes for all. Received: {len(axes)} Axes"
        )
    return axes


def _words(name):
    return name.replace("_", " ")


def _dress(panel):
    from matplotlib.ticker import MaxNLocator

    panel.set_xlabel("epoch")
    panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
    panel.grid(color="0.9")
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False)
