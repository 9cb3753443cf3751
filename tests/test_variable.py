"""A named array: what it takes, what it gives, and who may change it."""

import copy
import pickle

import numpy as np
import pytest

from fastdense import Variable, config, initializers
from fastdense.utils import clear_session
from fastdense.variable import all_or_none, at_most

VALUE = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize("initializer", [
    VALUE, VALUE.tolist(), np.asfortranarray(VALUE), VALUE.astype("int32"), VALUE.astype(">f8"),
    Variable(VALUE),
])
def test_from_values(initializer):
    v = Variable(initializer, dtype="float32")
    assert v.dtype == "float32" and v.shape == (2, 3) and v.ndim == 2 and v.size == 6
    assert v.value.flags.c_contiguous
    np.testing.assert_array_equal(v.value, VALUE)


def test_from_callable():
    v = Variable(initializers.get("ones"), shape=(2, 1), dtype="float64", name="kernel")
    np.testing.assert_array_equal(v.value, np.ones((2, 1)))
    assert (v.dtype, v.name, v.path, v.trainable) == ("float64", "kernel", "kernel", True)
    for initializer in ("ones", initializers.get("ones")):
        assert (Variable(initializer, (2,)).value == 1).all()
        with pytest.raises(ValueError, match="the `shape` argument should be specified"):
            Variable(initializer)


@pytest.mark.parametrize(("value", "dtype"), [
    (VALUE, "float64"), (VALUE.astype("f4"), "float32"), (np.arange(3), "int64"),
    (np.float64(2), "float64"), ([1.0, 2.0], "float32"), (2.5, "float32"), ([1, 2], "int32"),
    (3, "int32"), (True, "bool"), (Variable(VALUE), "float64"),
])
def test_dtype_is_that_of_the_value_as_in_keras(value, dtype):
    assert Variable(value).dtype == dtype
    assert Variable(value, dtype="float64").dtype == Variable(value, dtype=np.float64).dtype


def test_dtype_is_else_floatx():
    config.set_floatx("float64")
    assert Variable([1.0]).dtype == Variable("ones", (2,)).dtype == "float64"


@pytest.mark.parametrize("value", [None, "he", ["a"], np.array(["a"]), object()])
def test_no_numbers(value):
    with pytest.raises(ValueError, match=r"expected numbers|Could not interpret initializer"):
        Variable(value)


def test_names():
    clear_session()
    assert [Variable(0).name, Variable(0).path, Variable(0, name="w").name] == [
        "variable", "variable_1", "w"]
    for wrong in ("a/b", 3):
        with pytest.raises(ValueError, match="`name` must be a string and cannot contain"):
            Variable(0, name=wrong)


def test_arguments_of_keras_are_accepted():
    v = Variable(VALUE, None, None, False, True, "none", "auto", "w", None)
    assert (v.trainable, v.name) == (False, "w")


def test_the_given_array_is_copied():
    given = VALUE.astype("f4")
    v = Variable(given)
    given[:] = -1
    np.testing.assert_array_equal(v.value, VALUE)


def test_value_is_a_read_only_view_and_numpy_a_copy():
    v = Variable(VALUE)
    before = v.value
    with pytest.raises(ValueError, match="read-only"):
        before[0, 0] = 1
    v.assign(VALUE + 1)
    np.testing.assert_array_equal(before, VALUE + 1)  # a view of what is there now
    copied = v.numpy()
    copied[:] = 0
    np.testing.assert_array_equal(v.value, VALUE + 1)


@pytest.mark.parametrize(("change", "expected"), [
    (lambda v: v.assign(VALUE * 2), VALUE * 2),
    (lambda v: v.assign((VALUE * 2).tolist()), VALUE * 2),
    (lambda v: v.assign(v), VALUE),
    (lambda v: v.assign_add(VALUE), VALUE * 2),
    (lambda v: v.assign_add(1), VALUE + 1),
    (lambda v: v.assign_sub(VALUE), VALUE * 0),
    (lambda v: v.assign_sub(1.5), VALUE - 1.5),
])
def test_assign(change, expected):
    v = Variable(VALUE, dtype="float32")
    version = v._version
    np.testing.assert_array_equal(change(v), expected)
    assert v.dtype == "float32" and v._version > version
    np.testing.assert_array_equal(v.value, expected)


@pytest.mark.parametrize("wrong", [np.zeros((3, 2)), np.zeros(6), 1.0, []])
def test_assign_of_another_shape(wrong):
    v = Variable(VALUE, name="kernel")
    version = v._version
    with pytest.raises(ValueError, match=r"must match. Expected \(2, 3\) for `kernel`. Received"):
        v.assign(wrong)
    assert v._version == version
    np.testing.assert_array_equal(v.value, VALUE)


def test_arithmetic_gives_arrays():
    v = Variable(VALUE)
    for result, expected in [
        (v + 1, VALUE + 1), (2 * v, VALUE * 2), (v - v, VALUE * 0), (-v, -VALUE),
        (v @ v.value.T, VALUE @ VALUE.T), (v > 2, VALUE > 2), (v == VALUE, VALUE == VALUE),
        (np.exp(v), np.exp(VALUE)), (v[1], VALUE[1]), (v[:, 0], VALUE[:, 0]),
        (np.add.reduce(v), VALUE.sum(axis=0)),
        (np.asarray(v), VALUE), (np.asarray(v, dtype="f8"), VALUE),
    ]:
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, expected)


def test_arithmetic_in_place_is_refused():
    v = Variable(VALUE)
    before = v
    with pytest.raises(TypeError):
        v += 1
    with pytest.raises(TypeError):
        np.add(VALUE, 1, out=v)
    assert v is before
    np.testing.assert_array_equal(v.value, VALUE)


def test_array_protocol_copies_when_asked():
    v = Variable(VALUE)
    assert np.array(v).flags.writeable
    assert not np.shares_memory(np.array(v), v.value)
    assert np.shares_memory(np.asarray(v), v.value)
    assert not np.asarray(v).flags.writeable


def test_scalars():
    v = Variable(2.5)
    assert v.shape == () and float(v) == 2.5 and int(v) == 2


def test_what_assign_returns_stays_as_it_is():
    v = Variable(VALUE)
    once = v.assign_add(1)
    v.assign_add(1)
    np.testing.assert_array_equal(once, VALUE + 1)


def test_no_boolean():
    with pytest.raises(TypeError, match="Keras Variable cannot be used as a boolean"):
        bool(Variable(2.5))


def test_hash_is_by_identity():
    a, b = Variable(VALUE), Variable(VALUE)
    assert len({a, b, a}) == 2


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_are_apart(duplicate):
    v = Variable(VALUE, trainable=False, name="kernel")
    v.path = "dense/kernel"
    other = duplicate(v)
    v.assign(VALUE * 0)
    assert (other.name, other.path, other.trainable) == ("kernel", "dense/kernel", False)
    np.testing.assert_array_equal(other.value, VALUE)
    other.assign_add(1)
    np.testing.assert_array_equal(v.value, 0)


def lent(value):
    """A variable whose newer value, zero, somebody else holds."""
    v = Variable(value)
    calls = []

    def fetch():
        calls.append(1)
        v._fetch = None
        v._array[...] = 0

    v._fetch = fetch
    return v, calls


@pytest.mark.parametrize(("look", "expected"), [
    (lambda v: v.value, VALUE * 0), (lambda v: v.numpy(), VALUE * 0),
    (lambda v: np.asarray(v), VALUE * 0), (lambda v: v + 1, VALUE * 0 + 1),
    (lambda v: v._edit(), VALUE * 0), (lambda v: pickle.loads(pickle.dumps(v)).value, VALUE * 0),
])
def test_looking_fetches_a_lent_value_once(look, expected):
    v, calls = lent(VALUE)
    np.testing.assert_array_equal(look(v), expected)
    np.testing.assert_array_equal(look(v), expected)
    assert len(calls) == 1


def test_assigning_replaces_a_lent_value():
    v, _ = lent(VALUE)
    v.assign(VALUE + 1)
    np.testing.assert_array_equal(v.value, VALUE + 1)


@pytest.mark.parametrize("read", [
    lambda v: v.shape, lambda v: v.dtype, lambda v: v.size, lambda v: v.ndim, hash,
])
def test_shape_and_dtype_fetch_nothing(read):
    v, calls = lent(VALUE)
    read(v)
    assert not calls


def test_repr():
    v = Variable("zeros", (100, 100), name="kernel")
    assert repr(v) == ("<Variable path=kernel, shape=(100, 100), dtype=float32, "
                       "value=[[0. 0. ... 0. 0.] [0. 0. ... 0. 0.] ... [0. 0. ... 0. 0.] "
                       "[0. 0. ... 0. 0.]]>")


def test_no_larger_than_allowed():
    with at_most(10):
        Variable("zeros", (2, 3))
        with pytest.raises(ValueError, match=r"not enough of them for a variable of shape \(5,\)"):
            Variable("zeros", (5,))
        Variable("zeros", (4,))
    Variable("zeros", (100,))


def test_all_or_none():
    a, b = Variable(np.zeros(3)), Variable(np.zeros(2))
    room = []
    with all_or_none([a, b], room):
        a.assign(np.ones(3))
    with pytest.raises(ZeroDivisionError), all_or_none([a, b], room):
        a.assign(np.full(3, 2.0))
        b.assign(np.ones(2))
        1 / 0  # noqa: B018
    assert a.numpy().tolist() == [1, 1, 1] and b.numpy().tolist() == [0, 0]
    c = Variable(np.full(3, 1 + 1e-12))  # float64 where the block before had float32
    with all_or_none([Variable(np.ones(3, "f4"))], room):
        pass
    with pytest.raises(ZeroDivisionError), all_or_none([c], room):
        1 / 0  # noqa: B018
    assert c.numpy().tolist() == [1 + 1e-12] * 3
    with pytest.raises(KeyboardInterrupt), all_or_none([a], room):
        a.assign(np.full(3, 2.0))
        raise KeyboardInterrupt
    assert a.numpy().tolist() == [2, 2, 2]
