"""Each kernel of fastdense.ops beside the same thing in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from fastdense import ops

RNG = np.random.default_rng(0)


def normal(*shape, dtype="float32"):
    return RNG.standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [
    (128, 784, 512), (128, 512, 10), (1024, 1024, 1024), (2048, 2048, 2048), (1, 784, 512),
    (32, 45, 45), (33, 127, 65),
], ids=lambda shape: "x".join(map(str, shape)))
def test_matmul(measure, shape, dtype):
    m, k, n = shape
    a, b = normal(m, k, dtype=dtype), normal(k, n, dtype=dtype)
    measure(lambda: ops.matmul(a, b), flops=2 * m * k * n, dtype=dtype, numpy=lambda: a @ b)


@pytest.mark.parametrize("rows", [1, 128, 1024])
def test_dense_relu(measure, rows):
    x, kernel, bias = normal(rows, 784), normal(784, 512), normal(512)
    out = np.empty((rows, 512), "float32")
    measure(lambda: ops.dense(x, kernel, bias, activation="relu", out=out),
            flops=2 * rows * 784 * 512,
            numpy=lambda: np.maximum(x @ kernel + bias, 0))


def numpy_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


IN_NUMPY = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "softmax": numpy_softmax,
}


@pytest.mark.parametrize("shape", [(128, 512), (4096, 1024)], ids=["128x512", "4096x1024"])
@pytest.mark.parametrize("name", IN_NUMPY)
def test_activation(measure, name, shape):
    z, function, in_numpy = normal(*shape), getattr(ops, name), IN_NUMPY[name]
    measure(lambda: function(z), nbytes=2 * z.nbytes, numpy=lambda: in_numpy(z))


def test_add(measure):
    x, y = normal(1024, 1024), normal(1024, 1024)
    measure(lambda: ops.add(x, y), nbytes=3 * x.nbytes, numpy=lambda: x + y)


@pytest.fixture
def classified():
    """Logits (4096, 10), probabilities, labels and one-hot labels."""
    z, labels = normal(4096, 10), RNG.integers(10, size=4096)
    return z, numpy_softmax(z), labels, np.eye(10, dtype="float32")[labels]


def test_categorical_crossentropy(measure, classified):
    _, p, _, one_hot = classified
    measure(lambda: ops.categorical_crossentropy(one_hot, p), nbytes=2 * p.nbytes,
            numpy=lambda: -(one_hot * np.log(np.clip(
                p / p.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7))).sum(axis=1))


def test_sparse_categorical_crossentropy(measure, classified):
    _, p, labels, _ = classified
    rows = np.arange(len(p))
    measure(lambda: ops.sparse_categorical_crossentropy(labels, p), nbytes=p.nbytes,
            numpy=lambda: -np.log(np.clip(p[rows, labels], 1e-7, 1 - 1e-7)))


def test_binary_crossentropy(measure):
    p, y = RNG.random((4096, 16), "float32"), RNG.integers(2, size=(4096, 16)).astype("float32")

    def in_numpy():
        q = np.clip(p, 1e-7, 1 - 1e-7)
        return -(y * np.log(q) + (1 - y) * np.log(1 - q))

    measure(lambda: ops.binary_crossentropy(y, p), nbytes=3 * p.nbytes, numpy=in_numpy)


def test_softmax_crossentropy(measure, classified):
    z, _, labels, _ = classified
    rows = np.arange(len(z))

    def in_numpy():
        shifted = z - z.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        loss = np.log(total[:, 0]) - shifted[rows, labels]
        e /= total
        e[rows, labels] -= 1
        return loss, e

    measure(lambda: ops.softmax_crossentropy(z, labels), nbytes=2 * z.nbytes,
            numpy=in_numpy)


@pytest.fixture
def weight():
    """A weight, its gradient and two slots, (784, 512) each."""
    return [normal(784, 512), normal(784, 512) * 1e-3, np.ones((784, 512), "float32"),
            np.zeros((784, 512), "float32")]


def test_sgd_update(measure, weight):
    w, g, m, _ = weight

    def in_numpy():
        np.multiply(m, np.float32(0.9), out=m)
        np.subtract(m, np.float32(0.01) * g, out=m)
        np.add(w, m, out=w)

    measure(lambda: ops.sgd_update(w, g, m, learning_rate=0.01, momentum=0.9),
            nbytes=5 * w.nbytes, numpy=in_numpy)


def test_rmsprop_update(measure, weight):
    w, g, v, _ = weight

    def in_numpy():
        np.multiply(v, np.float32(0.9), out=v)
        np.add(v, np.float32(0.1) * g * g, out=v)
        np.subtract(w, np.float32(1e-3) * g / np.sqrt(v + np.float32(1e-7)), out=w)

    measure(lambda: ops.rmsprop_update(w, g, v, learning_rate=1e-3), nbytes=5 * w.nbytes,
            numpy=in_numpy)


def test_adagrad_update(measure, weight):
    w, g, v, _ = weight

    def in_numpy():
        np.add(v, g * g, out=v)
        np.subtract(w, np.float32(1e-3) * g / np.sqrt(v + np.float32(1e-7)), out=w)

    measure(lambda: ops.adagrad_update(w, g, v, learning_rate=1e-3), nbytes=5 * w.nbytes,
            numpy=in_numpy)
