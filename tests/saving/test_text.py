import json

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
])
def test_refused(data, message):
    with pytest.raises(ValueError, match=message):
        text.parse(data, "it")


def test_depth_that_is_allowed():
    assert json.dumps(text.parse(b"[" * 63 + b"]" * 63, "it")).count("[") == 63


def test_nan_is_not_written():
    with pytest.raises(ValueError, match="JSON"):
        text.dump({"a": float("nan")})
