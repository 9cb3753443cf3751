"""More than 2**31 elements: arrays that hold them without taking the memory, and sizes that nothing
could hold."""

import os
import tracemalloc

import numpy as np
import pytest

import fastdense as keras

BEYOND = 2**31 + 64 * 1024  # elements; an int has no room for them
SPARE = 2**22  # bytes that an error may cost


@pytest.fixture
def model():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    return model


# -- inputs ----------------------------------------------------------------------------------------


@pytest.fixture
def sparse(tmp_path):
    """A file with a hole in it that is mapped to memory, `n` rows of 2**16 numbers."""
    def make(n):
        path = tmp_path / "hole"
        with open(path, "wb") as file:
            try:
                file.truncate(n * 2**16 * 4)
            except OSError:
                pytest.skip("this file system has no files of that size")
        if os.stat(path).st_blocks:
            pytest.skip("this file system fills holes")
        return np.memmap(path, np.float32, "r+", shape=(n, 2**16))
    yield make
    (tmp_path / "hole").unlink(missing_ok=True)


def test_a_file_of_more_than_2_31_numbers(sparse, count, figure):
    """The last rows are read where they are, not where an int would see them."""
    n = count(2**6, BEYOND // 2**16 + 1)
    x = sparse(n)
    marked = [0, 1, n // 2, n - 2, n - 1]
    for i in marked:
        x[i, :3] = i + 1, 2, 3
        x[i, -1] = 5
    model = keras.Sequential([keras.Input((2**16,)), keras.layers.Dense(1, "linear")])
    kernel = np.zeros((2**16, 1), np.float32)
    kernel[:3, 0], kernel[-1] = 1, 1
    model.set_weights([kernel, [0]])
    expected = np.zeros((n, 1), np.float32)
    expected[marked, 0] = [i + 11 for i in marked]
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert model.evaluate(x, expected, verbose=0) == 0
    assert model.fit(x, expected, batch_size=512, shuffle=True, verbose=0).history["loss"] == [0]
    figure("size: file", f"{x.size:,} numbers of a sparse file: predict, evaluate, fit")


@pytest.mark.parametrize("axis", ["rows", "columns"])
def test_views_of_more_than_2_31_numbers(axis, count, figure):
    """Stride 0: one row as all of them, or one number as all columns of a row."""
    n = count(2**12, BEYOND)
    columns = count(2**8, 2**12 if axis == "rows" else 2**20)
    rows = -(-n // columns)
    base = np.arange(columns, dtype=np.float32) % 7 if axis == "rows" else np.float32(1)
    x = np.broadcast_to(base, (rows, columns))
    model = keras.Sequential([keras.Input((columns,)), keras.layers.Dense(
        1, kernel_initializer="zeros", bias_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    expected = np.broadcast_to(np.float32(1), (rows, 1))
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
    assert model.evaluate(x, expected, verbose=0) == 0
    assert model.fit(x, expected, batch_size=256, verbose=0).history["loss"] == [0]
    figure(f"size: view, {axis}", f"{x.size:,} numbers of stride 0: predict, evaluate, fit")


def test_more_than_2_31_samples(model, count, figure):
    """Row numbers, not only places, are beyond an int; of a view, since they need no memory."""
    n = count(2**12, 2**31 + 5)
    x = np.broadcast_to(np.ones(4, np.float32), (n, 4))
    y = np.broadcast_to(np.zeros(2, np.float32), (n, 2))
    last = model.predict(x[-3:], verbose=0)
    engine = model._link.engine
    plan = engine.Plan(model._link.network, 3)
    out = np.empty((3, 2), np.float32)
    model._link.push()
    plan.predict(engine.Source(x), out, n - 3, n)
    np.testing.assert_array_equal(out, last)
    assert y.shape[0] == n
    figure("size: samples", f"samples up to number {n:,}")


# -- sizes that nothing holds ----------------------------------------------------------------------

NO_MEMORY = (ValueError, MemoryError)
HUGE = {
    "units": lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(2**62)]),
    "units beyond 64 bits": lambda: keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(2**64)]),
    "product": lambda: keras.Sequential([keras.Input((2**40,)), keras.layers.Dense(2**40)]),
    "product that wraps to 0": lambda: keras.Sequential(
        [keras.Input((2**32,)), keras.layers.Dense(2**32)]),
    "product in bytes": lambda: keras.Sequential(
        [keras.Input((2**31,)), keras.layers.Dense(2**31)]),
    "shape": lambda: keras.Sequential([keras.Input((2**21, 2**21, 2**21)), keras.layers.Flatten(),
                                       keras.layers.Dense(2)]),
    "variable": lambda: keras.Variable("zeros", (2**40, 2**40)),
    "statistics": lambda: keras.Sequential(
        [keras.Input((2**62,)), keras.layers.BatchNormalization()]),
}


@pytest.mark.parametrize("name", HUGE)
def test_sizes_beyond_all_memory(name):
    """An error that says so, before anything is taken."""
    tracemalloc.start()
    try:
        with pytest.raises(NO_MEMORY) as caught:
            HUGE[name]()
        assert tracemalloc.get_traced_memory()[1] < SPARE
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) > 20


def test_batches_beyond_all_memory(model):
    """A batch is never larger than the samples there are; the engine itself refuses one that is."""
    x, y = np.ones((8, 4), np.float32), np.ones((8, 2), np.float32)
    for batch_size in (2**31, 2**40, 2**62, 2**63 - 1):
        model.fit(x, y, batch_size=batch_size, verbose=0)
        model.evaluate(x, y, batch_size=batch_size, verbose=0)
        model.predict(x, batch_size=batch_size, verbose=1)
    link = model._link
    for batch_size in (2**48, 2**61, 2**63 - 1):
        with pytest.raises(MemoryError):
            link.engine.Plan(link.network, batch_size, True)
    with pytest.raises(OverflowError):
        link.engine.Plan(link.network, 2**64)
