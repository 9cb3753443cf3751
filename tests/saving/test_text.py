import json
import tracemalloc

import pytest

from fastdense.saving import text


@pytest.mark.parametrize("tree", [None, [], {"a": [1, -2.5, "x", True, {"b": None}]}, 2**127])
def test_round_trip(tree):
    assert text.parse(text.dump(tree).encode(), "it") == tree


@pytest.mark.parametrize(("data", "message"), [
    (b"", "it is not valid"), (b"{", "it is not valid"), (b"\xff\xfe", "it is not valid"),
    (b'{"a": NaN}', "NaN is not a number"), (b"[-Infinity]", "Infinity is not a number"),
    (b"1e999", "out of range"), (b'{"a": 1, "b": 2, "a": 3}', "'a' comes twice"),
    (b"1" * 41, "41 digits"), (b"1" * 100_000, "digits"), (b"[" * 65 + b"]" * 65, "64 levels"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "64 levels"), (b"[" * 200_000, "64 levels"),
    (b'{"a": "b}', "it is not valid: Unterminated"), (b'["a\\"]', "it is not valid: Unterminated"),
])
def test_refused(data, message):
    with pytest.raises(ValueError, match=message):
        text.parse(data, "it")


def test_depth_that_is_allowed():
    assert json.dumps(text.parse(b"[" * 63 + b"]" * 63, "it")).count("[") == 63
    brackets = ["[" * 65 + '"\\' + "{" * 65]
    assert text.parse(json.dumps(brackets).encode(), "it") == brackets


@pytest.mark.parametrize("n", range(9))
def test_brackets_behind_backslashes(n):
    """A quote ends its text if an even number of backslashes is before it."""
    deep = b"[" * 65 + b"]" * 65
    for length in (0, n, 4096, 8192 + n):
        inside = b'["' + b"a" * length + b"\\" * (2 * n + 1) + b'"' + deep + b'"]'
        assert text.parse(inside, "it") == json.loads(inside)
        with pytest.raises(ValueError, match="64 levels"):
            text.parse(b'["' + b"a" * length + b"\\" * 2 * n + b'",' + deep + b"]", "it")


@pytest.mark.parametrize("data", [
    b'["' + b"a" * 2**23 + b'",' + b"[" * 65, b'["' + b"\\" * 2**23 + b'",' + b"[" * 65,
    b'["' + b'\\"' * 2**19 + b'",' + b"[" * 65, b'"' * 2**23, b"[" * 2**23, b"," * 2**23])
def test_nothing_is_copied_before_it_is_counted(data):
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"levels|values"):
        text.parse(data, "it")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**16


def test_nan_is_not_written():
    with pytest.raises(ValueError, match="JSON"):
        text.dump({"a": float("nan")})


def test_more_values_than_any_model_has():
    for data in (b"[" + b"0," * 2**18 + b"0]", b"[" + b"{}," * 2**17 + b"{}]"):
        with pytest.raises(ValueError, match="at most 262144 values"):
            text.parse(data, "it")
    with pytest.raises(ValueError, match="at most 262144 values"):  # nor written
        text.dump([0] * (2**18 + 1))
    assert len(text.parse(text.dump([0] * 2**17).encode(), "it")) == 2**17
