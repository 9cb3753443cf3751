"""Reading the user's array: every number type, any strides, straight into the engine."""

from __future__ import annotations

import numpy as np
import pytest

from fastdense.kernels.rules import Stage

TYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


def read(engine, x, *before):
    """Send x through an identity layer, after the stages `before`."""
    n = x.shape[1]
    network = engine.Network([*before, Stage("dense", n, n)])
    network.set_weights(0, np.eye(n, dtype=engine.dtype), np.zeros(n, engine.dtype))
    out = np.full((len(x), n), np.nan, engine.dtype)
    engine.Plan(network, 4).predict(engine.Source(x), out, 0, len(x))
    return out


@pytest.mark.parametrize("dtype", TYPES)
def test_number_types(engine, rng, dtype):
    x = (rng.random((7, 19)) * 100).astype(dtype)
    x.flags.writeable = False
    assert (read(engine, x) == x.astype(engine.dtype)).all()


@pytest.mark.parametrize("view", [
    lambda x: x[::2], lambda x: x[:, ::3], lambda x: x[::-1, ::-1], lambda x: x.T,
    np.asfortranarray, lambda x: np.broadcast_to(x[:1], (9, x.shape[1])), lambda x: x[:, 2:5],
], ids=["rows", "columns", "reversed", "transposed", "fortran", "broadcast", "slice"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "u1"])
def test_strides(engine, rng, view, dtype):
    x = view((rng.random((14, 21)) * 100).astype(dtype))
    assert (read(engine, x) == x.astype(engine.dtype)).all()


@pytest.mark.parametrize(("rows", "features"), [(3000, 3), (90, 300), (9, 9000)])
def test_batches_of_several_pieces(engine, rng, rows, features):
    """A batch is read ahead in pieces of 32 kB, or of a sample where that is more."""
    x = rng.standard_normal((rows, features)).astype("f4")
    network = engine.Network([Stage("dense", features, 1)])
    ones = np.ones((features, 1), engine.dtype)
    network.set_weights(0, ones, np.zeros(1, engine.dtype))
    out = np.full((rows, 1), np.nan, engine.dtype)
    engine.Plan(network, rows).predict(engine.Source(x), out, 0, rows)
    sums = x.sum(axis=1, dtype="f8", keepdims=True)
    size = np.abs(x).sum(axis=1, dtype="f8", keepdims=True)
    assert (np.abs(out - sums) <= features * engine.eps * size).all()


def test_samples_without_numbers(engine):
    network = engine.Network([Stage("dense", 0, 2)])
    network.set_weights(0, np.empty((0, 2), engine.dtype), np.array([1, 2], engine.dtype))
    out = np.full((5, 2), np.nan, engine.dtype)
    engine.Plan(network, 4).predict(engine.Source(np.empty((5, 0))), out, 0, 5)
    assert (out == [1, 2]).all()


def test_scale_and_offset(engine, rng):
    x = rng.integers(0, 256, (9, 5)).astype("u1")
    out = read(engine, x, Stage("affine", 5, 5, scale=1 / 255, offset=-0.5))
    np.testing.assert_allclose(out, x / 255 - 0.5, atol=4 * engine.eps)


def test_refuses(engine):
    for dtype in ("f2", ">f4", "c8", "O", "S3", "M8[s]"):
        with pytest.raises((TypeError, ValueError)):
            engine.Source(np.zeros((2, 2), dtype))
    with pytest.raises(ValueError, match="axes"):
        engine.Source(np.zeros(3))
    with pytest.raises(TypeError):
        engine.Source("text")
