"""exp, sigmoid and tanh: accuracy over the whole range, and the values at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Engine

from fastdense import kernels


def run(engine, name, x):
    x = np.ascontiguousarray(x, engine.dtype)[None]
    out = np.empty_like(x)
    engine.activation_rows(name, x, out)
    return out[0]


def exp(engine, x):
    """exp(x) for x <= 0, by way of a softmax over (x, 0): e / (e + 1)."""
    rows = np.stack([x, np.zeros_like(x)], axis=1).astype(engine.dtype)
    out = np.empty_like(rows)
    engine.activation_rows("softmax", rows, out)
    return out[:, 0], out[:, 1]


def ulps(engine, got, expected):
    expected = expected.astype(np.longdouble)
    spacing = np.spacing(np.maximum(np.abs(expected), np.finfo(engine.dtype).tiny)
                         .astype(engine.dtype))
    return np.max(np.abs(got.astype(np.longdouble) - expected) / spacing)


@pytest.fixture
def x(engine):
    """Every scale from tiny to the end of the range, both signs."""
    scales = np.concatenate([np.geomspace(1e-30, 80, 20001), np.linspace(0, 80, 20001)])
    return np.concatenate([scales, -scales]).astype(engine.dtype)


def test_tanh(engine, x):
    assert ulps(engine, run(engine, "tanh", x), np.tanh(x.astype(np.longdouble))) < 4


def test_sigmoid(engine, x):
    expected = 1 / (1 + np.exp(-x.astype(np.longdouble)))
    assert ulps(engine, run(engine, "sigmoid", x), expected) < 4


def test_exp(engine, x):
    x = -np.abs(x)
    e = np.exp(x.astype(np.longdouble))
    small, large = exp(engine, x)
    assert ulps(engine, small, e / (e + 1)) < 4
    assert ulps(engine, large, 1 / (e + 1)) < 2


def test_ends_of_the_range(engine):
    biggest = np.finfo(engine.dtype).max
    x = np.array([-np.inf, -biggest, -1e4, 0.0, 1e4, biggest, np.inf])
    assert run(engine, "sigmoid", x).tolist() == [0, 0, 0, 0.5, 1, 1, 1]
    assert run(engine, "tanh", x).tolist() == [-1, -1, -1, 0, 1, 1, 1]
    assert run(engine, "relu", x).tolist() == [0, 0, 0, 0, 1e4, biggest, np.inf]


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "softmax"])
def test_nan_stays_nan(engine, name):
    for n in (1, 3, 40):
        x = np.zeros(n)
        x[-1] = np.nan
        assert np.isnan(run(engine, name, x)[-1])


def test_softmax_rows_sum_to_one(engine, rng):
    for n in (1, 2, 10, 33, 1000):
        z = (rng.standard_normal((5, n)) * 30).astype(engine.dtype)
        p = np.empty_like(z)
        engine.activation_rows("softmax", z, p)
        assert (np.abs(p.sum(axis=1, dtype="f8") - 1) <= n * engine.eps).all()
        assert (p >= 0).all()


def test_softmax_of_huge_logits(engine):
    biggest = np.finfo(engine.dtype).max
    z = np.array([[biggest, -biggest, 0], [-biggest] * 3, [1e4, 1e4, -np.inf]], engine.dtype)
    p = np.empty_like(z)
    engine.activation_rows("softmax", z, p)
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0]], rtol=4 * engine.eps)


def test_in_place(engine, rng):
    z = rng.standard_normal((7, 9)).astype(engine.dtype)
    expected = np.empty_like(z)
    engine.activation_rows("softmax", z, expected)
    engine.activation_rows("softmax", z, z)
    assert (z == expected).all()


def test_wrong_shapes(engine):
    z = np.ones((2, 3), engine.dtype)
    for shape in ((1, 3), (2, 2)):
        other = np.ones(shape, engine.dtype)
        with pytest.raises(ValueError, match="activation_rows: out must have the shape of z"):
            engine.activation_rows("relu", z, other)
        for dh, dz in ((other, z), (z, other)):
            with pytest.raises(ValueError, match="dh and dz must have the shape of z"):
                engine.activation_rows_backward("relu", z, dh, dz)
    for arrays in ((z[0], z[0], z[0, :2]), (z[0], z[0, :2], z[0]), (z[0, :2], z[0], z[0])):
        with pytest.raises(ValueError, match="add: the shapes do not fit"):
            engine.add(*arrays)
    assert (z == 1).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softmax", "log_softmax", "sparsemax"])
@pytest.mark.parametrize("dtype", [0, 1], ids=["f32", "f64"])
def test_same_bits_on_every_level_with_fma(rng, name, dtype):
    levels = [level for level in kernels.built_levels()
              if level != "base" and level in kernels.cpu.supported_levels()]
    if len(levels) < 2:
        pytest.skip(f"this CPU has only these levels with FMA: {levels}")
    engines = [Engine(level, dtype) for level in levels]
    for n in (1, 7, 10, 31, 45, 150):
        z, dh = (rng.standard_normal((100, n)).astype(engines[0].dtype) for _ in range(2))
        found = []
        for engine in engines:
            h, dz = np.empty_like(z), np.empty_like(z)
            engine.activation_rows(name, z, h)
            engine.activation_rows_backward(name, z, dh, dz)
            found.append((h, dz))
        for h, dz in found[1:]:
            assert (h == found[0][0]).all()
            assert (dz == found[0][1]).all()
