"""The matrix product and its epilogues, on every level, against float64."""

from __future__ import annotations

import numpy as np
import pytest
import reference

from fastdense import config


def padded(array):
    """Put an array into a larger one full of a canary; return (view, check that none was hurt)."""
    canary = array.dtype.type(12345.0)
    frame = np.full(array.size + 128, canary)
    view = frame[64:64 + array.size].reshape(array.shape)
    view[...] = array

    def intact():
        return (frame[:64] == canary).all() and (frame[-64:] == canary).all()

    return view, intact


def product(engine, x, w, b=None, activation="linear"):
    out, intact = padded(np.full((len(x), w.shape[1]), np.nan, engine.dtype))
    x.flags.writeable = w.flags.writeable = False
    engine.dense(x, w, b, activation, out)
    assert intact()
    return out


def matrices(engine, rng, m, k, n):
    return (rng.standard_normal((m, k)).astype(engine.dtype),
            rng.standard_normal((k, n)).astype(engine.dtype),
            rng.standard_normal(n).astype(engine.dtype))


def check(engine, out, x, w, b):
    expected = x.astype("f8") @ w.astype("f8") + b
    allowed = reference.tolerance(x, w, x.shape[1] + 1, engine.eps) + 2 * engine.eps * np.abs(b)
    assert (np.abs(out - expected) <= allowed).all()


@pytest.mark.parametrize("k", [1, 2, 17, 131])
def test_edge_sizes(engine, rng, k):
    sizes = engine.edge_sizes()
    for m in sizes:
        for n in sizes:
            x, w, b = matrices(engine, rng, m, k, n)
            check(engine, product(engine, x, w, b), x, w, b)


@pytest.mark.parametrize("k", [1023, 1024, 1025, 2048, 5000])
def test_sums_that_take_several_passes(engine, rng, k):
    for m, n in [(1, 130), (2, 70), (3, 9), (40, 33), (130, 10)]:
        x, w, b = matrices(engine, rng, m, k, n)
        check(engine, product(engine, x, w, b), x, w, b)


@pytest.mark.parametrize("shape", [(0, 3, 4), (3, 0, 4), (0, 0, 4), (3, 2, 0)])
def test_empty(engine, shape):
    m, k, n = shape
    out = product(engine, np.ones((m, k), engine.dtype), np.ones((k, n), engine.dtype))
    assert out.shape == (m, n)
    assert (out == 0).all()


def test_wrong_shapes(engine):
    ones = np.ones((2, 3), engine.dtype)
    for w, b, out in [((2, 4), None, (2, 4)), ((3, 4), (3,), (2, 4)), ((3, 4), None, (2, 5)),
                      ((3, 4), (4,), (1, 4))]:
        with pytest.raises(ValueError, match="shapes"):
            engine.dense(ones, np.ones(w, engine.dtype),
                         None if b is None else np.ones(b, engine.dtype), "linear",
                         np.ones(out, engine.dtype))


@pytest.mark.parametrize("activation", reference.ACTIVATIONS)
def test_activations(engine, rng, activation):
    for m, k, n in [(1, 5, 3), (13, 7, 33), (40, 20, 70)]:
        x, w, b = matrices(engine, rng, m, k, n)
        z = x.astype("f8") @ w.astype("f8") + b
        out = product(engine, x, w, b, activation)
        np.testing.assert_allclose(out, reference.ACTIVATIONS[activation](z), rtol=0,
                                   atol=200 * engine.eps)


def test_a_row_alone_has_the_bits_it_has_in_a_batch(engine, rng):
    for k, n in [(3, 1), (784, 512), (1500, 10), (64, 130)]:
        x, w, b = matrices(engine, rng, 31, k, n)
        together = product(engine, x, w, b)
        for m in (1, 2, 3, 4, 5, 12, 13):
            assert (product(engine, x[:m].copy(), w, b) == together[:m]).all()


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_same_bits_on_any_number_of_threads(engine, rng, threads):
    for m, k, n in [(1, 3000, 700), (2, 3000, 700), (131, 300, 77), (700, 300, 10), (300, 2000, 5)]:
        x, w, b = matrices(engine, rng, m, k, n)
        config.set_num_threads(1)
        one = product(engine, x, w, b)
        config.set_num_threads(threads)
        assert (product(engine, x, w, b) == one).all()


def test_nan_and_infinity_go_through(engine):
    x = np.array([[np.nan, 1.0], [np.inf, 1.0], [1.0, 2.0]], engine.dtype)
    out = product(engine, x, np.ones((2, 3), engine.dtype), None, "relu")
    assert np.isnan(out[0]).all()
    assert np.isposinf(out[1]).all()
    assert (out[2] == 3).all()
