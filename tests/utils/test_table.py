"""Tables of text: widths, wrapping, colours."""

import pytest

from fastdense.utils.table import Table, bold, number, widths


@pytest.mark.parametrize(("positions", "length", "expected"), [
    ([0.45, 0.80, 1.0], 76, [31, 22, 13]), ([0.45, 0.80, 1.0], 20, [6, 3, 1]),
    ([0.5, 0.75], 40, [22, 11]), ([1.0], 10, [6]), ([0.3, 0.6, 0.9], 100, [30, 30, 30]),
])
def test_widths(positions, length, expected):
    assert widths(positions, length) == expected
    assert sum(expected) + 3 * len(expected) + 1 == length


@pytest.mark.parametrize(("positions", "length"), [
    ([0.45, 0.80, 1.0], 15), ([0.1, 0.5, 1.0], 39), ([0.9, 0.5, 1.0], 80),
])
def test_too_narrow(positions, length):
    with pytest.raises(ValueError, match=f"Insufficient console width.*line_length={length}"):
        widths(positions, length)


def test_drawn():
    table = Table(["a b", "c", "d"], [3, 4, 5])
    table.add(["one two", "words", "1"])
    table.add(["x", "y", ""])
    assert "\n".join(table.lines(paint=False)) == """\
┏━━━━━┳━━━━━━┳━━━━━━━┓
┃ a b ┃ c    ┃     d ┃
┡━━━━━╇━━━━━━╇━━━━━━━┩
│ one │ wor… │     1 │
│ two │      │       │
├─────┼──────┼───────┤
│ x   │ y    │       │
└─────┴──────┴───────┘"""


def test_headers_stand_at_the_bottom():
    table = Table(["a long one", "c"], [4, 4])
    assert [line.split("┃")[1:3] for line in list(table.lines(False))[1:4]] == [
        [" a    ", "      "], [" long ", "      "], [" one  ", " c    "]]


@pytest.mark.parametrize("paint", [False, True])
def test_painted(paint):
    assert (bold("x", paint) == "x") is not paint
    assert (number("1", paint) == "1") is not paint
    table = Table(["name"], [20])
    table.add(["dense_1 (Dense)"])
    row = list(table.lines(paint))[3]
    assert ("\x1b[38;5;33mDense\x1b[0m" in row) is paint
    assert "dense_1" in row  # the number in a name is no number
