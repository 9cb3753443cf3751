"""Progress bars at times that are made up, and the line that each update leaves on a terminal.

Used by golden/make_progbars.py with Keras and by utils/test_progbar.py with our own.
"""

import io
import types

CASES = [
    # arguments of Progbar, then (seconds since the update before, arguments of update)
    ({"target": 4}, [(0.5, 1, [("loss", 1.0)]), (0.1, 2, [("loss", 0.5)]), (2, 4, [("loss", 3)])]),
    ({"target": 4, "verbose": 2}, [(0.5, 1, [("loss", 1.0)]), (2, 4, [("loss", 0.25)])]),
    ({"target": 10**6, "width": 7}, [(0.0001, 1, None), (0.5, 1000, None), (50, 10**6, None)]),
    ({"target": None}, [(0.25, 1, [("loss", 12.0)]), (3.75, 7, [("accuracy", 1e-4)])]),
    ({"target": None, "verbose": 2}, [(0.25, 1, None), (3, 7, None, True)]),
    ({"target": 0}, [(1, 0, None, True)]),
    ({"target": 1, "unit_name": "epoch"}, [(7384.0, 1, [("a", -0.5), ("b", float("nan"))])]),
    ({"target": 20000}, [(1.0, 1, None), (1, 2, None), (65, 100, None), (1e5, 20000, None)]),
    ({"target": 3, "verbose": 0}, [(1, 1, None), (1, 3, None)]),
    ({"target": 12}, [(0, 0, None), (0.2, 5, [("acc", 1.0)]), (1, 5, [("acc", 1e-3)]),
                      (1, 13, [("acc", 123456.789)], False), (1, 12, [("x", -2e-4)], True)]),
    ({"target": 6, "stateful_metrics": ["a"]}, [(1, 1, [("a", 1.0), ("b", 1.0)]),
                                                (1, 3, [("a", 2.0), ("b", 4.0)]),
                                                (1, 6, [("a", 3.0), ("b", 5.0)])]),
    ({"target": 6, "stateless_metrics": ["a"]}, [(1, 2, [("a", 1.0), ("b", 1.0)]),
                                                 (1, 3, [("b", 2.0), ("a", 4.0)]),
                                                 (1, 5, [("a", 3.0)])]),
    ({"target": 2}, [(1, 1, [("a_long_name_of_a_metric", 1.0)]), (1, 2, [("b", [1.0, 2.0])])]),
]


class Terminal(io.StringIO):
    """A terminal that remembers what is written to it."""

    def isatty(self):
        return True

    def take(self):
        """Return what was written since the last time, without moves of the cursor."""
        text = self.getvalue().lstrip("\b\r")
        self.seek(0)
        self.truncate()
        return text


def drawings(module, write_to):
    """Return what every update of every case draws, blanks at the end of lines left out.

    Parameters
    ----------
    module : module
        That defines `Progbar`, and reads the time from its global `time`.
    write_to : callable
        ``write_to(stream)`` makes the stream stand for stdout.
    """
    stream = Terminal()
    write_to(stream)
    drawn = []
    for options, updates in CASES:
        now = [1000.0]
        clock = lambda now=now: now[0]  # noqa: E731
        module.time = types.SimpleNamespace(time=clock, perf_counter=clock)
        bar = module.Progbar(**options, interval=0)
        lines = []
        for seconds, *arguments in updates:
            now[0] += seconds
            bar.update(*arguments)
            text = stream.take()
            lines.append(text.rstrip(" \n") + "\n" * text.endswith("\n"))
        drawn.append(lines)
    return drawn
