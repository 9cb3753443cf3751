"""The progress bar: redrawn on a terminal or in a notebook, one plain line an epoch elsewhere."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from fastdense import config
from fastdense.utils import terminal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["Progbar", "is_wanted", "print_msg"]

_BOLD, _GREEN, _GREY, _RESET = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"
_CODE = re.compile("\x1b\\[[0-9]+m")
_ASCII = str.maketrans("━─┃│┏┳┓┡╇┩├┼┤└┴┘…", "=-||++++++++++++.")  # where nothing else can be shown


class Progbar:
    """A bar with the time left and running values, as ``keras.utils.Progbar`` draws it.

    While it runs, the bar takes one line of the terminal, however narrow. On anything but a
    terminal or a notebook nothing is drawn before the last update, which then writes one line
    without control codes.

    Parameters
    ----------
    target : int or None
        Number of steps. None or 0 means unknown.
    width : int, default 20
        Length of the bar in characters.
    verbose : {0, 1, 2}, default 1
        0 is silent, 1 draws the bar, 2 writes one line at the end.
    interval : float, default 0.1
        Least time in seconds from the start to the first drawing and from one to the next. 0 draws
        at every update, also where there is no terminal.
    stateful_metrics : iterable of str, optional
        Values that are shown as given; all others are averaged over the steps.
    stateless_metrics : iterable of str, optional
        The other way round: these are averaged, all others shown as given.
    unit_name : str, default "step"
        What the time is counted by.

    Raises
    ------
    ValueError
        If both `stateful_metrics` and `stateless_metrics` are given.

    Examples
    --------
    >>> from fastdense.utils import Progbar
    >>> bar = Progbar(2, verbose=2)
    >>> bar.update(1, [("loss", 1.0)])
    >>> bar.update(2, [("loss", 0.5)])
    2/2 - 0s - .../step - loss: 0.5000
    """

    def __init__(self, target: int | None, width: int = 20, verbose: int = 1, interval: float = 0.1,
                 stateful_metrics: Iterable[str] | None = None,
                 stateless_metrics: Iterable[str] | None = None, unit_name: str = "step") -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Progbar: Only one of `stateful_metrics` and `stateless_metrics` can be given. "
                f"Received: stateful_metrics={stateful_metrics}, "
                f"stateless_metrics={stateless_metrics}"
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = None if stateful_metrics is None else set(stateful_metrics)
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._dynamic_display = (config.is_interactive_logging_enabled()
                                 and terminal.is_interactive(sys.stdout))
        self._seen = 0
        self._values: dict[str, Any] = {}  # name -> [sum, steps in it], as they appear
        self._start = time.perf_counter()
        self._first_step_at = None
        self._drawn_at = self._start
        self._drawn_width = 0

    def update(self, current: int, values: Iterable[tuple[str, Any]] | None = None,
               finalize: bool | None = None) -> None:
        """Tell how far it is, and draw if it is time to.

        Parameters
        ----------
        current : int
            Steps done; the numbers may jump.
        values : list of (str, float), optional
            What to show beside the bar.
        finalize : bool, optional
            Whether this is the last update. None means when `current` reaches the target.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._record(current, values or [], finalize)
        now = time.perf_counter()
        seconds = self._seconds_per_step(current, now)
        if self.verbose == 1:
            if not finalize and now - self._drawn_at < self.interval:
                return
            if self._dynamic_display:
                self._draw(current, now - self._start, seconds, finalize)
            elif finalize or self.interval == 0:
                self._write_line(current, now - self._start, seconds)
        elif self.verbose == 2 and finalize and self.target:
            self._write_line(current, now - self._start, seconds)
        self._drawn_at = now

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Tell that `n` more steps are done."""
        self.update(self._seen + n, values)

    def _record(self, current, values, finalize):
        n_steps = max(current - self._seen, 1)
        self._seen = current
        for name, value in values:
            value = float(np.mean(value))
            known = self._values.setdefault(name, [0.0, 0])
            if finalize or not self._is_averaged(name):
                known[:] = value, 1
            else:
                known[0] += value * n_steps
                known[1] += n_steps

    def _is_averaged(self, name):
        if self.stateless_metrics is not None:
            return name in self.stateless_metrics
        return name not in (self.stateful_metrics or ())

    def _draw(self, current, elapsed, seconds, finalize):
        if self.target:
            done = int(self.width * current / self.target)
            bar = f"{_BOLD}{self._count(current)}{_RESET} "
            if done:
                bar += f"{_GREEN}{'━' * done}{_RESET}"
            bar += f"{_GREY}{'━' * (self.width - done)}{_RESET}"
        else:
            bar = self._count(current)
        if self.target and not finalize:
            clock = _time_left(seconds * max(self.target - current, 0))
        else:
            clock = f"{elapsed:.0f}s"
        text = f"{bar} {_BOLD}{clock}{_RESET}{self._speed(seconds)}{self._shown_values()}"
        if not finalize and not terminal.is_notebook(sys.stdout):
            text = _cut(text, terminal.columns() - 1)  # a second line could not be drawn again
        width = _printed_width(text)
        rest = " " * (self._drawn_width - width)  # of a longer text that was there
        print_msg("\r" + text + rest + ("\n" if finalize else ""), line_break=False)
        self._drawn_width = width

    def _write_line(self, current, elapsed, seconds):
        print_msg(f"{self._count(current)} - {elapsed:.0f}s -{self._speed(seconds)}"
                  f"{self._shown_values()}")

    def _count(self, current):
        if not self.target:
            return f"{current:7d}/Unknown"
        return f"{current:{len(str(self.target))}d}/{self.target}"

    def _shown_values(self):
        text = ""
        for name, (total, n_steps) in self._values.items():
            mean = total / max(1, n_steps)
            text += f" - {name}: {mean:.4f}" if abs(mean) > 1e-3 else f" - {name}: {mean:.4e}"
        return text

    def _speed(self, seconds):
        if seconds >= 1 or seconds == 0:
            return f" {seconds:.0f}s/{self.unit_name}"
        if seconds >= 1e-3:
            return f" {seconds * 1e3:.0f}ms/{self.unit_name}"
        return f" {seconds * 1e6:.0f}us/{self.unit_name}"

    def _seconds_per_step(self, current, now):
        if not current:
            return 0.0
        # The first step is often much slower than the rest: leave it out once there are others.
        if self._first_step_at is not None and current > 1:
            return (now - self._first_step_at) / (current - 1)
        if current == 1:
            self._first_step_at = now
        return (now - self._start) / current


def print_msg(message: str, line_break: bool = True) -> None:
    """Write to stdout, or to the logger "fastdense" when interactive logging is disabled.

    Parameters
    ----------
    message : str
    line_break : bool, default True
        Whether to end the line.

    Examples
    --------
    >>> from fastdense.utils.progbar import print_msg
    >>> print_msg("Epoch 1/2")
    Epoch 1/2
    """
    if not config.is_interactive_logging_enabled():
        import logging

        logging.getLogger("fastdense").info(message.strip("\n"))
        return
    text = message + "\n" if line_break else message
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.write(text.translate(_ASCII).encode("ascii", "replace").decode())
    sys.stdout.flush()


def is_wanted(n_batches):
    """Tell whether `predict` shows a bar of itself: for several batches, where one can be drawn.

    Examples
    --------
    >>> from fastdense.utils import progbar
    >>> progbar.is_wanted(n_batches=1)
    False
    """
    return (n_batches > 1 and config.is_interactive_logging_enabled()
            and terminal.is_interactive(sys.stdout))


def _printed_width(text):
    return len(_CODE.sub("", text))


def _cut(text, width):
    """Return a text that takes at most `width` characters, control codes not counted."""
    excess = _printed_width(text) - width
    if excess <= 0:
        return text
    values = len(text) - text.rindex(_RESET) - len(_RESET)  # at the end, without codes
    if excess <= values:
        return text[:len(text) - excess]
    return _CODE.sub("", text)[:max(width, 0)]


def _time_left(seconds):
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes}:{seconds:02d}" if minutes else f"{seconds}s"
