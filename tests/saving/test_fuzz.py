"""Files nobody would write, by the thousand. FASTDENSE_FUZZ=100000 for a long run."""

import copy
import io
import json
import os
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saving import fuzz
from saving.helpers import trained

import fastdense as keras
from fastdense.saving import tensors, topology, weights
from fastdense.saving.files import load_model

pytest.importorskip("safetensors")
N = int(os.environ.get("FASTDENSE_FUZZ", "100"))
SLOW = settings(max_examples=N, deadline=None, derandomize=N <= 100, database=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_damaged_bytes(kind):
    if kind != "safetensors":
        pytest.importorskip("h5py")
    here = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, fuzz.__file__, kind, str(N), "0"], capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(
            [str(Path(keras.__file__).parents[1]), str(here)])})
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr[-2000:]


numbers = st.one_of(st.integers(-3, 20), st.sampled_from([2**31, 2**40, 2**63, 2**64, -2**63]))
entries = st.fixed_dictionaries({}, optional={
    "dtype": st.sampled_from(["F32", "F64", "I64", "F16", "BF16", "x", 3]),
    "shape": st.lists(numbers, max_size=3) | numbers,
    "data_offsets": st.lists(numbers, max_size=3), "more": st.none()})
headers = st.dictionaries(st.sampled_from(["a", "b", "__metadata__", ""]),
                          entries | st.dictionaries(st.just("fastdense"), st.text(max_size=5)))


@SLOW
@given(headers, st.integers(0, 40), st.integers(-2, 2))
def test_headers(header, n_bytes, shift):
    text = json.dumps(header).encode()
    data = struct.pack("<Q", max(len(text) + shift, 0)) + text + bytes(n_bytes)
    try:
        _, arrays = tensors.read(data, "it")
    except ValueError:
        return
    assert sum(array.nbytes for array in arrays.values()) == n_bytes


@pytest.fixture(scope="module")
def honest():
    model = trained()
    return topology.model_config(model), weights.arrays_of(model)


def nodes(tree, path=()):
    """Paths of all nodes of a tree."""
    yield path
    if isinstance(tree, (dict, list)):
        for key, inner in (tree.items() if isinstance(tree, dict) else enumerate(tree)):
            yield from nodes(inner, (*path, key))


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.floats(allow_nan=False, allow_infinity=False),
              st.sampled_from(["", "Dense", "relu", "mse", "__lambda__", "function", "os.system"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["class_name", "config", "name", "module", "layers"]), inner, max_size=3),
    max_leaves=6)


@SLOW
@given(st.data())
def test_descriptions(honest, tmp_path, data):
    """Any part of a sound description is replaced: by nothing, a number, another tree."""
    tree, arrays = copy.deepcopy(honest[0]), honest[1]
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(nodes(tree))[1:]))
        parent = tree
        for key in path:
            parent = parent[key]
        if isinstance(parent, dict) and data.draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = data.draw(plain)
        if not tree:
            break
    file = io.BytesIO()
    tensors.write(file, tree, arrays)
    (tmp_path / "m.safetensors").write_bytes(file.getvalue())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = load_model(tmp_path / "m.safetensors")
        except ValueError:
            return
    assert sum(v.size for v in model.weights) <= 2**20 + sum(a.size for a in arrays.values())
