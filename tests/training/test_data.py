"""What users pass in: what is taken as it is, what is converted, what is refused."""

import numpy as np
import pytest

from fastdense.training import data


class Wrapped:
    """Speaks __array__, like a pandas object."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype=dtype)


class Exported:
    """Speaks DLPack and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **kwargs):
        return self.array.__dlpack__(**kwargs)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


X = np.arange(6.0).reshape(3, 2)


# -- arrays ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
def test_arrays_are_not_copied(dtype):
    x = X.astype(dtype)
    for given in (x, x[::-1], x.T, x[:, 1:], Wrapped(x), Exported(x)):
        got = data.as_array("x", given)
        assert np.shares_memory(got, x) and got.dtype == x.dtype


@pytest.mark.parametrize(("given", "dtype"), [
    (X.astype("f2"), "f4"), (X.astype("g"), "f8"), (X.astype(">f4"), "f4"), (X.astype(">i2"), "i2"),
    (Wrapped(X.astype(">f8")), "f8"),
])
def test_what_no_kernel_reads_is_converted(given, dtype):
    got = data.as_array("x", given)
    assert got.dtype == dtype and got.dtype.isnative
    np.testing.assert_array_equal(got, X)


def test_unaligned():
    shifted = np.zeros(X.nbytes + 1, "u1")[1:].view("f8").reshape(X.shape)
    shifted[...] = X
    got = data.as_array("x", shifted)
    assert not shifted.flags.aligned and got.flags.aligned
    np.testing.assert_array_equal(got, X)


class Frame:
    """Like a pandas or polars frame: columns of types of their own."""

    def __init__(self, types, array):
        self.dtypes, self.array = types, np.array(array, object)

    def __array__(self, dtype=None, copy=None):
        return self.array

    def to_numpy(self):
        return self.array


@pytest.mark.parametrize("types", [["float64", "bool"], ["Int64", "boolean"], ["Float32", "UInt8"]])
def test_frames_of_different_numbers(types):
    got = data.as_array("x", Frame(types, [[1.5, True], [2.5, False]]))
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, [[1.5, 1], [2.5, 0]])


@pytest.mark.parametrize(("types", "values"), [
    (["float64", "object"], [[1.5, "7"]]), (["float64", "string"], [[1.5, "7"]]),
    (["Int64", "Int64"], [[1, object()]])])
def test_frames_of_other_things(types, values):
    with pytest.raises(TypeError, match="expected an array of real numbers"):
        data.as_array("x", Frame(types, values))


def test_a_tensor_with_a_graph():
    class Tensor:
        def detach(self):
            return self

        def cpu(self):
            return Wrapped(X)

        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("requires grad")

    assert data.as_array("x", Tensor()) is X


class Short:
    """Numbers of a type that NumPy does not have."""

    dtype = "bfloat16"

    def astype(self, dtype):
        return X.astype(dtype)


class ShortTensor:
    dtype = "torch.bfloat16"

    def float(self):
        return X.astype("f4")


@pytest.mark.parametrize("value", [Short(), ShortTensor()])
def test_short_numbers(value):
    got = data.as_array("x", value)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, X)


def test_sparse_matrices_are_to_be_unfolded():
    class Sparse:
        shape = (3, 2)

        def toarray(self):
            return X

    with pytest.raises(ValueError, match=r"Unrecognized data type: x=.*e.g. x.toarray\(\)"):
        data.as_array("x", Sparse())


def test_the_only_array_in_a_list():
    assert data.as_array("x", [X]) is X
    assert data.as_array("y", (X[0],)).shape == (2,)


@pytest.mark.parametrize("value", [[[1.0, 2.0]], (1, 2), 3.0, "text", None, {"a": 1}, object()])
def test_not_an_array(value):
    with pytest.raises(ValueError, match=r"Unrecognized data type: x=.* .of type .class .*asarray"):
        data.as_array("x", value)


@pytest.mark.parametrize("value", [
    X.astype("c8"), X.astype("O"), X.astype("U3"), X.astype("M8[s]"), np.zeros(2, "i4,f4")])
def test_not_real_numbers(value):
    with pytest.raises(TypeError, match=r'y: expected an array of real .*y.astype\("float32"\)'):
        data.as_array("y", value)


def test_one_number():
    with pytest.raises(ValueError, match=r"x: expected an array of samples. Received: a single"):
        data.as_array("x", np.float32(3))


@pytest.mark.parametrize(("shape", "expected"), [
    ((3,), (3, 1)), ((3, 2), (3, 2)), ((3, 2, 4), (3, 8)), ((0, 2, 4), (0, 8)), ((3, 0), (3, 0))])
def test_rows(shape, expected):
    x = np.zeros(shape)
    assert data.rows(x).shape == expected
    assert x.size == 0 or np.shares_memory(data.rows(x), x)


def test_same_length():
    data.same_length(x=X, y=np.zeros(3), w=None)
    with pytest.raises(ValueError, match=r"Data cardinality is ambiguous.*\n'x' sizes: 3\n'y' siz"):
        data.same_length(x=X, y=np.zeros(4))


# -- targets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", [
    np.array([0, 2, 1]), np.array([[0], [2], [1]]), np.array([0, 2, 1], "u1"),
    np.array([0.0, 2.0, 1.0], "f4"), np.array([0, 2, 1], np.uint64),
    np.array([[0, 9], [2, 9], [1, 9]])[:, :1],
])
def test_labels(y):
    got = data.labels(y, (3,))
    assert got.dtype == np.int64 and got.shape == (3, 1) and got.flags.c_contiguous
    np.testing.assert_array_equal(got.ravel(), [0, 2, 1])


def test_labels_of_several_rows():
    y = np.arange(6).reshape(3, 2) % 4
    for given in (y, y[..., None]):
        np.testing.assert_array_equal(data.labels(given, (2, 4)), y)


@pytest.mark.parametrize(("y", "match"), [
    ([0, 3, 4], "class numbers from 0 to 2. Received: 3 at sample 1"),
    ([0, 1, -1], "Received: -1 at sample 2"), ([0.0, np.nan, 9], "Received: nan at sample 1"),
    ([np.inf, 0, 1], "Received: inf at sample 0"), ([0, 1, 0.5], "integers. Received: 0.5 at samp"),
    (np.array([2**63, 0, 1], np.uint64), "Received: 9223372036854775808 at sample 0"),
    ([0.0, 3.0, 1.0], "class numbers from 0 to 2. Received: 3.0 at sample 1"),
    ([0.0, 1.0, -1.0], "class numbers from 0 to 2. Received: -1.0 at sample 2"),
    ([0.0, 1e30, -1e30], r"class numbers from 0 to 2. Received: 1e\+30 at sample 1"),
    (np.array([2**64, 0], "f4"), r"class numbers from 0 to 2. Received: 1.844\d+e\+19 at sample 0"),
    (np.eye(3), r"one-hot rows use the loss \"categorical_crossentropy\""),
    (np.zeros((3, 2, 1)), r"Received: y of shape \(3, 2, 1\)"),
])
def test_wrong_labels(y, match):
    with pytest.raises(ValueError, match=match):
        data.labels(np.asarray(y), (3,))


@pytest.mark.parametrize(("shape", "output_shape"), [
    ((4, 3), (3,)), ((4,), (1,)), ((4, 1), (1,)), ((4, 3, 1), (3,)), ((4, 2, 3), (2, 3)),
    ((4, 2), (2, 1)),
])
def test_targets(shape, output_shape):
    y = np.arange(np.prod(shape)).reshape(shape)
    got = data.targets(y, output_shape, np.dtype("f4"))
    assert got.dtype == np.float32 and got.shape == (4, np.prod(output_shape))
    np.testing.assert_array_equal(got.ravel(), y.ravel())


def test_targets_of_the_right_form_are_not_copied():
    y = np.zeros((4, 3), "f4")
    assert np.shares_memory(data.targets(y, (3,), np.dtype("f4")), y)


def test_one_target_for_all_outputs():
    got = data.targets(np.arange(4)[:, None], (3,), np.dtype("f4"), stretch=True)
    np.testing.assert_array_equal(got, np.repeat(np.arange(4)[:, None], 3, axis=1))
    with pytest.raises(ValueError, match="must have the same shape"):
        data.targets(np.zeros((4, 1)), (3,), np.dtype("f4"))


@pytest.mark.parametrize(("shape", "wide", "expected"), [
    ((1,), (3,), True), ((1,), (1,), False), ((3,), (3,), False), ((2, 1), (2, 3), True),
    ((1, 3), (2, 3), False), ((), (3,), False), ((1,), (1, 3), False), ((3,), (1,), False)])
def test_stretches(shape, wide, expected):
    assert data.stretches(shape, wide) is expected


@pytest.mark.parametrize(("y", "output_shape", "match"), [
    (np.zeros((4, 2)), (3,), r"must have the same shape. .*target.shape=\(None, 2\), .*3 units"),
    (np.zeros(4), (3,), r"must have the same rank \(ndim\).*sparse_categorical_crossentropy"),
    (np.zeros((4, 3, 2)), (3,), r"must have the same rank \(ndim\)"),
    (np.array([[1.0], [np.nan]]), (1,),
     "y: expected targets that are numbers. Received: nan at sample 1"),
])
def test_wrong_targets(y, output_shape, match):
    with pytest.raises(ValueError, match=match):
        data.targets(y, output_shape, np.dtype("f4"))


# -- weights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [
    np.array([1, 2, 0]), np.array([[1.0], [2.0], [0.0]], "f4"), Wrapped(np.array([1.0, 2.0, 0.0]))])
def test_sample_weights(weights):
    got = data.sample_weights(weights)
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, [1, 2, 0])


@pytest.mark.parametrize(("weights", "match"), [
    ([1.0, 2.0], "Unrecognized data type: sample_weight"),
    (np.ones((3, 2)), r"one number a sample, shape \('n',\). Received: shape \(3, 2\)"),
])
def test_wrong_sample_weights(weights, match):
    with pytest.raises(ValueError, match=match):
        data.sample_weights(weights)


@pytest.mark.parametrize(("shape", "expected"), [
    ((3,), (3,)), ((3, 1), (3,)), ((3, 2), (3, 2)), ((3, 2, 1), (3, 2))])
def test_weights_of_rows(shape, expected):
    assert data.sample_weights(np.ones(shape), (2,)).shape == expected
    with pytest.raises(ValueError, match=r"or one a row, shape \('n', 2\). .*\(3, 4\)"):
        data.sample_weights(np.ones((3, 4)), (2,))


@pytest.mark.parametrize("y", [
    np.array([0, 1, 2, 1]), np.array([[0], [1], [2], [1]]), np.eye(3)[[0, 1, 2, 1]],
    np.array([0.2, 1.4, 1.9, 0.8])])
def test_class_weights(y):
    np.testing.assert_array_equal(data.class_weights({1: 5.0, 2: 0.5, 7: 9.0}, y), [1, 5, 0.5, 5])


@pytest.mark.parametrize(("class_weight", "y", "match"), [
    ([1, 2], np.zeros(2), r"expected a dict .*Received: \[1, 2\]"),
    ({0: 1.0}, np.zeros((2, 3, 4)), r"one class a sample. Received: y of shape \(2, 3, 4\)"),
])
def test_wrong_class_weights(class_weight, y, match):
    with pytest.raises(ValueError, match=match):
        data.class_weights(class_weight, y)


# -- split -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "fraction", "cut"), [
    (10, 0.25, 7), (10, 0.2, 8), (2, 0.5, 1), (100, 0.01, 99), (10, 1e-9, 9),
    (3, 0.9, 0)])
def test_split(n, fraction, cut):
    x = np.arange(n)
    if cut == 0:
        with pytest.raises(ValueError, match="not sufficient to split"):
            data.split(fraction, x=x, y=x, sample_weight=None)
        return
    (a, b, c), (d, e, f) = data.split(fraction, x=x, y=2 * x, sample_weight=None)
    np.testing.assert_array_equal(a, x[:cut])
    np.testing.assert_array_equal(d, x[cut:])
    np.testing.assert_array_equal(np.concatenate([b, e]), 2 * x)
    assert c is f is None and np.shares_memory(a, x)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 1.5])
def test_split_that_leaves_nothing(fraction):
    with pytest.raises(ValueError, match=f"10 samples, which is not sufficient.*validation_split="
                                         f"{fraction}"):
        data.split(fraction, x=np.arange(10))


def test_split_of_the_only_array_in_a_list():
    (a, _), (b, _) = data.split(0.5, x=[X], y=None)
    assert len(a) == 1 and len(b) == 2


def test_split_of_what_is_no_array():
    with pytest.raises(ValueError, match=r"Unrecognized data type: x=\[1, 2\]"):
        data.split(0.5, x=[1, 2])
    with pytest.raises(ValueError, match=r"supported for tensors or NumPy arrays.*'generator'"):
        data.split(0.5, x=(i for i in "ab"), y=None)
    with pytest.raises(ValueError, match="'x' sizes: 4\n'y' sizes: 3"):
        data.split(0.5, x=X[[0, 1, 2, 0]], y=X)
