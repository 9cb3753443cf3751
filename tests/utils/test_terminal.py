"""What the output goes to."""

import io

import pytest

from fastdense.utils import terminal


def stream(tty=False, module="io"):
    kind = type("Stream", (io.StringIO,), {"isatty": lambda self: tty, "__module__": module})
    return kind()


@pytest.mark.parametrize(("options", "notebook", "interactive"), [
    ({}, False, False), ({"tty": True}, False, True),
    ({"module": "ipykernel.iostream"}, True, True), ({"module": "ipykernelish"}, False, False),
    ({"tty": True, "module": "idlelib.run"}, False, False),
])
def test_kinds(options, notebook, interactive):
    assert terminal.is_notebook(stream(**options)) is notebook
    assert terminal.is_interactive(stream(**options)) is interactive
    assert terminal.has_colours(stream(**options)) is interactive


def test_no_stream():
    closed = io.StringIO()
    closed.close()
    for nothing in (None, object(), closed):
        assert not terminal.is_interactive(nothing)
        assert not terminal.has_colours(nothing)


def test_pycharm(monkeypatch):
    monkeypatch.setenv("PYCHARM_HOSTED", "1")
    assert terminal.is_interactive(stream())


@pytest.mark.parametrize(("name", "value", "interactive"), [
    ("NO_COLOR", "1", True), ("TERM", "dumb", False),
])
def test_no_colours(monkeypatch, name, value, interactive):
    monkeypatch.setenv(name, value)
    assert not terminal.has_colours(stream(tty=True))
    assert terminal.is_interactive(stream(tty=True)) is interactive


def test_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "57")
    assert terminal.columns() == 57
