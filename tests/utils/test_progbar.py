"""The bar as it is drawn on a terminal, and the plain lines elsewhere."""

import io
import json
import logging
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import progbars
import pytest

from fastdense import config
from fastdense.utils import Progbar, progbar


class Clock:
    """Stands for `time`: the test says what time it is."""

    now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progbar, "time", clock)
    return clock


@pytest.fixture
def terminal(monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    # Not sys.stdout itself: pytest sets that anew between this and the test.
    monkeypatch.setattr(progbar, "sys", SimpleNamespace(stdout=stream))
    monkeypatch.setenv("COLUMNS", "80")
    return stream


def plain(text):
    """What is left on the line: control codes and erased text are gone."""
    text = re.sub(r"\x1b\[\d+m", "", text)
    return text.split("\r")[-1].rstrip(" \n")


def test_drawing_of_keras(terminal, clock):
    bar = Progbar(4, interval=0)
    clock.now += 0.5
    bar.update(1, [("loss", 1.0)])
    assert terminal.getvalue() == (
        "\r\x1b[1m1/4\x1b[0m \x1b[32m━━━━━\x1b[0m\x1b[37m━━━━━━━━━━━━━━━\x1b[0m"
        " \x1b[1m1s\x1b[0m 500ms/step - loss: 1.0000")
    terminal.truncate(0), terminal.seek(0)
    clock.now += 0.1
    bar.update(2, [("loss", 0.5)])
    assert terminal.getvalue().startswith("\r\x1b[1m2/4")
    terminal.truncate(0), terminal.seek(0)
    clock.now += 2
    bar.update(4, [("loss", 0.25)])
    text = terminal.getvalue()
    assert plain(text) == "4/4 " + 20 * "━" + " 3s 700ms/step - loss: 0.2500"
    assert text.endswith("\n") and "\x1b[37m\x1b[0m" in text


def test_a_shorter_text_covers_a_longer_one(terminal, clock):
    bar = Progbar(2, interval=0)
    bar.update(1, [("loss", 123456.0)])
    terminal.truncate(0), terminal.seek(0)
    bar.update(2, [("loss", 1.0)], finalize=True)
    assert re.search(r"loss: 1.0000 {4,}\n$", terminal.getvalue())


@pytest.mark.parametrize(("left", "text"), [
    (0.4, "0s"), (59, "59s"), (61, "1:01"), (3600, "1:00:00"), (3725, "1:02:05"),
    (90061, "25:01:01"),
])
def test_time_left(terminal, clock, left, text):
    bar = Progbar(2, interval=0)
    clock.now += left
    bar.update(1)
    assert f" {text} " in plain(terminal.getvalue())


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0s/step"), (3, "3s/step"), (0.25, "250ms/step"), (0.0005, "500us/step"),
])
def test_time_per_step(terminal, clock, seconds, text):
    bar = Progbar(5, interval=0)
    clock.now += 10  # the first step, which is left out
    bar.update(1)
    clock.now += 4 * seconds
    bar.update(5)
    assert plain(terminal.getvalue()).endswith(f"{10 + 4 * seconds:.0f}s {text}")


def test_steps_that_jump_over_the_first(terminal, clock):
    bar = Progbar(10, interval=0)
    clock.now += 1
    bar.update(4)
    assert plain(terminal.getvalue()).endswith("1s 250ms/step")
    clock.now += 1
    bar.update(8)
    assert plain(terminal.getvalue()).startswith(" 8/10 ")


def test_at_most_ten_drawings_a_second(terminal, clock):
    bar = Progbar(10**6)
    for step in range(1, 1001):
        clock.now += 0.001
        bar.update(step)
    assert terminal.getvalue().count("\r") == 10
    bar.update(10**6)
    assert plain(terminal.getvalue()).startswith("1000000/1000000")


def test_more_steps_than_expected(terminal, clock):
    bar = Progbar(2, interval=0)
    clock.now += 3
    bar.update(3, finalize=False)
    assert plain(terminal.getvalue()) == "3/2 " + 30 * "━" + " 0s 1s/step"


def test_unknown_target(terminal):
    bar = Progbar(None, interval=0)
    bar.update(3, [("loss", 1.0)])
    assert plain(terminal.getvalue()).startswith("      3/Unknown ")
    assert not terminal.getvalue().endswith("\n")


@pytest.mark.parametrize(("number", "text"), [
    (1.0, "1.0000"), (0.00123, "0.0012"), (0.001, "1.0000e-03"), (-0.0004, "-4.0000e-04"),
    (-2, "-2.0000"), (0, "0.0000e+00"), (np.float32(12345.678), "12345.6777"),
    ([0.0, 1.0, 2.0], "1.0000"), (np.array(1.0), "1.0000"), (float("nan"), "nan"),
])
@pytest.mark.parametrize("verbose", [1, 2])
def test_numbers(capsys, number, text, verbose):
    Progbar(1, verbose=verbose).update(1, [("value", number)])
    assert capsys.readouterr().out.endswith(f" - value: {text}\n")


@pytest.mark.parametrize(("stateful", "stateless", "expected"), [
    ([], None, "1.0"), (["value"], None, "2.0"), (None, [], "2.0"), (None, ["value"], "1.0"),
    (None, None, "1.0"),
])
def test_averaged_or_not(capsys, stateful, stateless, expected):
    bar = Progbar(3, interval=0, stateful_metrics=stateful, stateless_metrics=stateless)
    bar.update(1, [("value", 0.0)])
    bar.update(2, [("value", 2.0)])
    assert f"value: {expected}" in capsys.readouterr().out.splitlines()[-1]


def test_averages_count_steps(capsys):
    bar = Progbar(4, interval=0)
    bar.update(1, [("value", 0.0)])
    bar.update(3, [("value", 3.0)])
    assert "value: 2.0" in capsys.readouterr().out.splitlines()[-1]


def test_both_kinds_of_metrics():
    with pytest.raises(ValueError, match="Only one of `stateful_metrics` and"):
        Progbar(1, stateful_metrics=[], stateless_metrics=[])


@pytest.mark.parametrize("verbose", [1, 2])
def test_one_line_where_there_is_no_terminal(capsys, verbose):
    bar = Progbar(20, verbose=verbose)
    for step in range(1, 21):
        bar.update(step, [("loss", 1 / step)])
    text = capsys.readouterr().out
    assert re.fullmatch(r"20/20 - 0s - \d+[mu]?s/step - loss: 0.0500\n", text)


def test_verbose_0_is_silent(capsys):
    bar = Progbar(2, verbose=0)
    bar.update(1)
    bar.update(2)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verbose", [0, 1, 2])
@pytest.mark.parametrize("target", [0, None])
def test_nothing_to_do(capsys, target, verbose):
    Progbar(target, verbose=verbose).update(0, finalize=True)
    assert capsys.readouterr().out == (
        "      0/Unknown - 0s - 0s/step\n" if verbose == 1 else "")


def test_add(capsys):
    bar = Progbar(3, unit_name="file")
    bar.add(1)
    bar.add(2, [("size", 2.0)])
    assert re.fullmatch(r"3/3 - 0s - \d+[mu]?s/file - size: 2.0000\n", capsys.readouterr().out)


def test_nothing_is_drawn_of_what_ends_at_once(terminal, clock):
    for _ in range(3):
        bar = Progbar(10)
        clock.now += 0.01
        bar.update(1)
        bar.update(10)
    assert terminal.getvalue().count("\r") == terminal.getvalue().count("\n") == 3


@pytest.mark.parametrize("columns", [1, 7, 20, 40, 60, 61, 200])
@pytest.mark.parametrize("target", [1234, None])
def test_a_narrow_terminal(terminal, clock, monkeypatch, columns, target):
    monkeypatch.setenv("COLUMNS", str(columns))
    bar = Progbar(target, interval=0)
    values = [("loss", 1.0), ("accuracy", 0.5), ("val_accuracy", 0.25)]
    for step in (1, 600, 1233):
        bar.update(step, values)
    lines = [plain("\r" + line) for line in terminal.getvalue().split("\r")[1:]]
    assert {len(line) for line in lines} <= set(range(columns))
    bar.update(1234, values, finalize=True)
    last = plain(terminal.getvalue())
    assert last.startswith("1234/1234" if target else "   1234/Unknown")
    assert last.endswith(" - loss: 1.0000 - accuracy: 0.5000 - val_accuracy: 0.2500")


def test_colours_survive_a_cut_of_the_values(terminal, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    Progbar(4, interval=0).update(2, [("loss", 1.0), ("accuracy", 0.5)])
    assert "\x1b[32m━━━━━━━━━━\x1b[0m" in terminal.getvalue()


def test_notebooks_are_redrawn_with_carriage_returns_alone(monkeypatch, clock):
    stream = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "20")  # a cell wraps its lines itself
    bar = Progbar(3, interval=0)
    for step in (1, 2, 3):
        bar.update(step, [("loss", 1.0), ("accuracy", 0.5)])
    text = stream.getvalue()
    assert text.count("\r") == 3 and "\b" not in text and text.count("\n") == 1
    assert text.count("accuracy: 0.5000") == 3


@pytest.mark.parametrize(("n_batches", "tty", "logging_to_stdout", "wanted"), [
    (1, True, True, False), (2, True, True, True), (2, False, True, False), (2, True, False, False),
])
def test_bar_of_predict(monkeypatch, n_batches, tty, logging_to_stdout, wanted):
    stream = io.StringIO()
    stream.isatty = lambda: tty
    monkeypatch.setattr(sys, "stdout", stream)
    if not logging_to_stdout:
        config.disable_interactive_logging()
    try:
        assert progbar.is_wanted(n_batches) is wanted
    finally:
        config.enable_interactive_logging()


def test_no_interactive_logging(capsys, caplog):
    caplog.set_level(logging.INFO, logger="fastdense")
    config.disable_interactive_logging()
    try:
        bar = Progbar(2)
        bar.update(1)
        bar.update(2, [("loss", 1.0)])
    finally:
        config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert [re.sub(r"\d+[mu]?s/", "T/", r.getMessage()) for r in caplog.records] == [
        "2/2 - 0s - T/step - loss: 1.0000"]


class Ascii(io.StringIO):
    def write(self, text):
        return super().write(text.encode("ascii").decode())


def test_a_terminal_without_the_bar_character(monkeypatch):
    stream = Ascii()
    stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", stream)
    Progbar(2).update(2)
    assert plain(stream.getvalue()).startswith("2/2 ====================")
    progbar.print_msg("│ wörd… │")
    assert stream.getvalue().endswith("| w?rd. |\n")


def test_print_msg(capsys):
    progbar.print_msg("one")
    progbar.print_msg("two", line_break=False)
    assert capsys.readouterr().out == "one\ntwo"


GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "progbars.json").read_text())


@pytest.mark.parametrize("case", range(len(progbars.CASES)))
def test_drawn_as_by_keras(monkeypatch, case):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(progbars, "CASES", progbars.CASES[case:case + 1])
    monkeypatch.setattr(progbar, "time", progbar.time)  # put back after the test
    (drawn,) = progbars.drawings(progbar, lambda stream: monkeypatch.setattr(sys, "stdout", stream))
    assert drawn == GOLDEN[case]
