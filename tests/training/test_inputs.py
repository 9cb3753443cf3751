"""Samples of any dtype and layout give what the plain float32 array gives, and stay as they are."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers

N, F, C = 40, 12, 3
VALUES = np.random.default_rng(3).integers(0, 2, (N, F))  # exact in every dtype, bool too
LABELS = np.random.default_rng(4).integers(0, C, N)


class Frame:
    """Like a pandas object: a length, a shape and __array__."""

    def __init__(self, array):
        self.array, self.shape = array, array.shape

    def __len__(self):
        return len(self.array)

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype=dtype)


class Tensor:
    """Like another library's tensor: DLPack only."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **kwargs):
        return self.array.__dlpack__(**kwargs)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def locked(x):
    x.flags.writeable = False
    return x


def spread(x):
    apart = np.zeros((2 * N, 3 * F), x.dtype)
    apart[::2, ::3] = x
    return apart[::2, ::3]


def unaligned(x):
    shifted = np.zeros(x.nbytes + 1, "u1")[1:].view(x.dtype).reshape(x.shape)
    shifted[...] = x
    return shifted


def broadcast_rows(x):
    """Strides of zero: only of use where all rows are alike, which the test sees to."""
    return np.broadcast_to(x[0], x.shape)


FORMS = {
    **{dtype: lambda x, dtype=dtype: x.astype(dtype) for dtype in
       ("f2", "f4", "f8", "g", "?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">f4", ">f8",
        ">i4", "q", "Q")},
    "fortran": np.asfortranarray, "spread": spread, "unaligned": unaligned,
    "backwards": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "transposed": lambda x: x.T.copy().T, "read-only": lambda x: locked(x.copy()),
    "spread uint8": lambda x: spread(x.astype("u1")), "fortran f8": lambda x: np.asfortranarray(
        x.astype("f8")), "unaligned f8": lambda x: unaligned(x.astype("f8")),
    "object with __array__": Frame, "object with DLPack": Tensor,
    "read-only object": lambda x: Frame(locked(x.copy())),
}


def run(x, y=LABELS, shape=(F,), dtype="float32"):
    """Everything that a model does with samples, from the same start."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        layers.Input(shape), layers.Flatten(dtype=dtype),
        layers.Dense(7, activation="relu", dtype=dtype),
        layers.Dense(C, activation="softmax", dtype=dtype)])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    losses = model.fit(x, y, batch_size=7, epochs=2, validation_split=0.25, verbose=0).history
    return [*model.get_weights(), *losses.values(), model.train_on_batch(x, y),
            model.evaluate(x, y, verbose=0), model.predict(x)]


def raw(x):
    return x if isinstance(x, np.ndarray) else x.array


@pytest.fixture(scope="module")
def expected():
    return run(VALUES.astype("f4"))


@pytest.mark.parametrize("form", FORMS)
def test_forms(form, expected):
    x = FORMS[form](VALUES.astype("f4"))
    before = raw(x).copy()
    for got, want in zip(run(x), expected, strict=True):
        np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(raw(x), before)


def test_memmap(tmp_path, expected):
    path = tmp_path / "x.f4"
    VALUES.astype("f4").tofile(path)
    before = path.read_bytes()
    for mode in ("r", "c", "r+"):
        x = np.memmap(path, "f4", mode, shape=(N, F))
        for got, want in zip(run(x), expected, strict=True):
            np.testing.assert_array_equal(got, want)
    assert path.read_bytes() == before


def test_rows_that_are_one_row():
    x = VALUES.astype("f4")
    for got, want in zip(run(broadcast_rows(x)), run(np.tile(x[0], (N, 1))), strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("axes", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_rank_three_in_any_order_of_axes(axes, expected):
    x = VALUES.astype("f4").reshape(N, 3, 4)
    turned = np.ascontiguousarray(x.transpose(axes)).transpose(np.argsort(axes))
    for got, want in zip(run(turned, shape=(3, 4)), expected, strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", ["f4", "f8", "u1", ">f4"])
def test_float64_models(dtype):
    want = run(VALUES.astype("f8"), dtype="float64")
    assert want[0].dtype == np.float64
    for a, b in zip(run(VALUES.astype(dtype), dtype="float64"), want, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("y", [
    LABELS.astype("u1"), LABELS.astype("f4"), LABELS.astype(">i4"), LABELS[:, None],
    np.repeat(LABELS, 2)[::2], locked(LABELS.copy()), Frame(LABELS), Tensor(LABELS)])
def test_labels(y, expected):
    for got, want in zip(run(VALUES.astype("f4"), y), expected, strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("form", ["f2", "f8", "?", "u1", "i8", ">f4", "fortran", "spread",
                                  "unaligned", "read-only", "object with __array__"])
def test_one_hot_rows(form):
    one_hot = np.eye(C, dtype="f4")[LABELS]
    results = []
    forms = {**FORMS, "spread": lambda y: np.repeat(y, 2, axis=0)[::2]}
    for y in (one_hot, forms[form](one_hot)):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([layers.Dense(C, activation="softmax")])
        model.compile("sgd", "categorical_crossentropy")
        model.fit(VALUES, y, verbose=0)
        results.append([*model.get_weights(), model.evaluate(VALUES, y, verbose=0)])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)
