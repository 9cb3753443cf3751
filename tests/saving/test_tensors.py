import io
import json
import struct

import numpy as np
import pytest

from fastdense.saving import tensors

safetensors = pytest.importorskip("safetensors.numpy")


def made(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(shape=(2,), offsets=(0, 8), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def test_round_trip():
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.asarray(np.int64(7)),
              "e": np.zeros((0, 2)), "t": np.arange(6.0).reshape(2, 3).T}
    file = io.BytesIO()
    tensors.write(file, {"tree": [1, None]}, arrays)
    tree, again = tensors.read(file.getvalue(), "it")
    assert tree == {"tree": [1, None]} and sorted(again) == sorted(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype and again[name].shape == array.shape


def test_the_package_reads_it():
    file = io.BytesIO()
    tensors.write(file, None, {"a": np.ones(3)})
    np.testing.assert_array_equal(safetensors.load(file.getvalue())["a"], np.ones(3))


def test_a_file_of_others():
    tree, arrays = tensors.read(safetensors.save({"a": np.ones(3)}, {"format": "pt"}), "it")
    assert tree is None and list(arrays) == ["a"]


EIGHT = bytes(8)
ATTACKS = {
    "nothing": b"", "seven bytes": b"\0" * 7, "header longer than the file": made({}, length=10**6),
    "huge header": made({}, length=2**63), "negative": made({}, length=2**64 - 1),
    "header is a list": made([]), "header is no JSON": made(b"{"), "not UTF-8": made(b"{\xff}"),
    "duplicate key": made(b'{"a": %s, "a": %s}' % ((json.dumps(entry()).encode(),) * 2), EIGHT),
    "duplicate key inside": made(b'{"a": {"dtype": "F32", "dtype": "F32"}}', EIGHT),
    "deep nesting": made(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "NaN": made(b'{"a": NaN}'), "entry is a number": made({"a": 3}),
    "unknown dtype": made({"a": entry(dtype="F16", offsets=(0, 4))}, bytes(4)),
    "dtype of code": made({"a": entry(dtype="object")}, EIGHT),
    "shape bomb": made({"a": entry(shape=(2**60,))}, EIGHT),
    "overflowing shape": made({"a": entry(shape=(2**32, 2**32, 2))}, EIGHT),
    "negative shape": made({"a": entry(shape=(-2,))}, EIGHT),
    "fractional shape": made({"a": entry(shape=(2.0,))}, EIGHT),
    "offsets beyond the file": made({"a": entry(offsets=(0, 80), shape=(20,))}, EIGHT),
    "reversed offsets": made({"a": entry(offsets=(8, 0))}, EIGHT),
    "overlap": made({"a": entry(), "b": entry()}, EIGHT),
    "hole": made({"a": entry(offsets=(8, 16))}, bytes(16)),
    "rest": made({"a": entry()}, bytes(16)),
    "missing data": made({"a": entry()}, bytes(4)),
    "no offsets": made({"a": {"dtype": "F32", "shape": [2]}}, EIGHT),
    "metadata not text": made({"__metadata__": {"fastdense": 3}}),
    "metadata a list": made({"__metadata__": ["fastdense"]}),
    "description no JSON": made({"__metadata__": {"fastdense": "{"}}),
    "description with a NaN": made({"__metadata__": {"fastdense": "[NaN]"}}),
}


SHORT, TYPES = "it is not .*: it is shorter than its header", "^it: expected arrays of one of F32,"
SAID = {  # before the package has a look; its own words change
    "nothing": SHORT, "seven bytes": SHORT, "header longer than the file": SHORT,
    "huge header": SHORT, "negative": SHORT, "header is a list": "the header is not a dict",
    "header is no JSON": "The header of it is not valid", "not UTF-8": "The header .* codec",
    "duplicate key": "The header .* 'a' comes twice", "duplicate key inside": "'dtype' comes twice",
    "deep nesting": "The header of it: expected JSON of at most 64 levels",
    "NaN": "The header .* NaN is not a number", "entry is a number": TYPES,
    "unknown dtype": TYPES, "dtype of code": TYPES,
    "description no JSON": "The description in it is not valid",
    "description with a NaN": "The description .* NaN is not a number",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks(attack):
    said = SAID.get(attack, "^it is not a valid safetensors file: ")
    with pytest.raises(ValueError, match=said):
        tensors.read(ATTACKS[attack], "it")


def test_too_little_memory_is_not_the_files_fault(monkeypatch):
    def exhausted(data):
        raise MemoryError

    monkeypatch.setattr(safetensors, "load", exhausted)
    with pytest.raises(MemoryError):
        tensors.read(made({"x": entry()}, b"\0" * 8), "it")
