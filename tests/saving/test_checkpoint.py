import os

import numpy as np
import pytest

from fastdense.saving import checkpoint

pytest.importorskip("safetensors")


def same(a, b):
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and (a == b or a != a)


@pytest.mark.parametrize("tree", [
    {}, {"a": None, "b": [True, 1, 2.5, "x", 2**127], "c": {"d": []}},
    {"best": np.inf, "worst": -np.inf, "loss": float("nan")},
    {"w": [np.ones((2, 3), np.float32), np.asarray(np.int64(3)), np.zeros((0, 2))]},
    {"scalar": [np.float64(2.5)]},
])
def test_round_trip(tmp_path, tree):
    checkpoint.write(tmp_path / "c", tree)
    again = checkpoint.read(tmp_path / "c")
    if "scalar" in tree:
        tree = {"scalar": [2.5]}
    assert same(tree, again), again


@pytest.mark.parametrize("value", [object(), 1j, b"x", {1, 2}, np.ones(2, np.float16),
                                   np.ones(2, object)])
def test_what_cannot_be_held(tmp_path, value):
    checkpoint.write(tmp_path / "c", {"old": 1})
    with pytest.raises(ValueError, match="A checkpoint cannot hold"):
        checkpoint.write(tmp_path / "c", {"a": [value]})
    assert checkpoint.read(tmp_path / "c") == {"old": 1} and os.listdir(tmp_path) == ["c"]


@pytest.mark.parametrize("tree", [[1], {"a": {"__array__": "7"}}, {"a": {"__array__": [1]}}])
def test_not_a_checkpoint(tmp_path, tree):
    from fastdense.saving import tensors

    with open(tmp_path / "c", "wb") as file:
        tensors.write(file, tree, {})
    with pytest.raises(ValueError, match="is not a checkpoint"):
        checkpoint.read(tmp_path / "c")
