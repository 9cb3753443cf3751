"""The tensor operations against float64 NumPy: sizes, dtypes, strides, `out`, aliases, errors."""

import numpy as np
import pytest
import reference

from fastdense import config, ops

FLOATS = [np.float32, np.float64]
ELEMENTWISE = {"relu": ops.relu, "sigmoid": ops.sigmoid, "tanh": ops.tanh, "softmax": ops.softmax}
SHAPES = [(1,), (0,), (7,), (1, 1), (0, 5), (3, 0), (2, 17), (5, 1), (2, 3, 33), (4, 2, 1, 9)]
SIZES = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 101]


def draw(rng, shape, dtype=np.float32):
    return (3 * rng.standard_normal(shape)).astype(dtype)


def close(got, expected, dtype, atol=None):
    """Within 8 units in the last place of 1, or of the value if that is larger."""
    assert got.dtype == dtype
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(got, expected, rtol=8 * eps, atol=8 * eps if atol is None else atol)


def views(a):
    """The same values behind other strides, byte orders, flags and addresses."""
    apart = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)[..., ::2]
    apart[...] = a
    shifted = np.zeros(a.nbytes + 1, np.uint8)[1:].view(a.dtype).reshape(a.shape)
    shifted[...] = a
    locked = a.copy()
    locked.flags.writeable = False
    return {"fortran": np.asfortranarray(a), "strided": apart, "reversed": a[::-1].copy()[::-1],
            "unaligned": shifted, "read-only": locked, "swapped": a.astype(a.dtype.newbyteorder())}


# -- elementwise -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise(rng, name, shape, dtype):
    x = draw(rng, shape, dtype)
    before = x.copy()
    expected = (reference.ACTIVATIONS[name](x.astype("f8")) if x.size else x)
    got = ELEMENTWISE[name](x)
    assert got.shape == x.shape and not np.shares_memory(got, x)
    close(got, expected, dtype)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_elementwise_of_a_number(name):
    got = ELEMENTWISE[name](0.5)
    assert got.shape == ()
    close(got, reference.ACTIVATIONS[name](0.5), np.float32)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_out(rng, name):
    x = draw(rng, (3, 5))
    expected = ELEMENTWISE[name](x)
    out = np.full_like(x, np.nan)
    assert ELEMENTWISE[name](x, out=out) is out
    np.testing.assert_array_equal(out, expected)
    assert ELEMENTWISE[name](x, out=x) is x  # in place
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shift", [1, 3])
def test_elementwise_overlapping_out(rng, name, shift):
    buffer = draw(rng, (8, 5))
    expected = ELEMENTWISE[name](buffer[:-shift].copy())
    ELEMENTWISE[name](buffer[:-shift], out=buffer[shift:])
    np.testing.assert_array_equal(buffer[shift:], expected)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("view", views(np.zeros((2, 2), "f4")))
def test_elementwise_of_views(rng, name, view):
    x = draw(rng, (6, 5))
    np.testing.assert_array_equal(ELEMENTWISE[name](views(x)[view]), ELEMENTWISE[name](x))


@pytest.mark.parametrize("x", [[-1, 2], [[True, False]], np.array([-3, 4], "i1"),
                               np.array([1.5, -2], "f2"), np.array([2, 3], np.uint64)])
@pytest.mark.parametrize("floatx", ["float32", "float64"])
def test_other_inputs_become_floatx(x, floatx):
    config.set_floatx(floatx)
    got = ops.relu(x)
    assert got.dtype == floatx
    np.testing.assert_array_equal(got, np.maximum(np.asarray(x, floatx), 0))


SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, 1e38, -1e38, 90.0, -90.0, 750.0, -750.0]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("name", "formula"), [
    ("relu", reference.relu), ("sigmoid", reference.sigmoid), ("tanh", np.tanh)])
def test_special_values(name, formula, dtype):
    x = np.array(SPECIAL, dtype)
    with np.errstate(invalid="ignore"):  # NumPy's logaddexp complains of the NaN
        expected = formula(x.astype("f8"))
    close(ELEMENTWISE[name](x), expected, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_of_large_logits(dtype):
    largest = np.finfo(dtype).max
    got = ops.softmax(np.array([[largest, -largest, 0], [1e4, 1e4, -1e4]], dtype))
    np.testing.assert_array_equal(got, np.array([[1, 0, 0], [0.5, 0.5, 0]], dtype))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_softmax_axis(rng, axis):
    x = draw(rng, (3, 4, 5))
    e = np.exp(x.astype("f8"))
    got = ops.softmax(x, axis=axis)
    close(got, e / e.sum(axis=axis, keepdims=True), np.float32)


@pytest.mark.parametrize(("x", "kwargs", "match"), [
    (1.0, {}, r"softmax: expected x with an axis -1\. Received: shape \(\)"),
    ([1.0], {"axis": 1}, "with an axis 1"),
    ([[1.0]], {"axis": 0, "out": np.zeros((1, 1), "f4")}, "axis=-1 only. Received: axis=0"),
])
def test_softmax_errors(x, kwargs, match):
    with pytest.raises(ValueError, match=match):
        ops.softmax(x, **kwargs)


def test_wrong_kinds_of_number():
    for x in (np.array([1j]), np.array(["a"]), np.array([None])):
        with pytest.raises(TypeError, match=r"relu: expected real numbers. Received: dtype"):
            ops.relu(x)


def locked(a):
    a.flags.writeable = False
    return a


@pytest.mark.parametrize("out", [
    np.zeros((2, 3), "f8"), np.zeros((3, 2), "f4"), np.zeros((2, 6), "f4")[:, ::2],
    locked(np.zeros((2, 3), "f4")), [[0.0] * 3] * 2, np.zeros((2, 3), ">f4"),
])
@pytest.mark.parametrize("call", [
    lambda out: ops.relu(np.ones((2, 3), "f4"), out=out),
    lambda out: ops.dense(np.ones((2, 4), "f4"), np.ones((4, 3), "f4"), out=out),
    lambda out: ops.matmul(np.ones((2, 4), "f4"), np.ones((4, 3), "f4"), out=out),
])
def test_wrong_out(call, out):
    with pytest.raises(ValueError, match=r"`out` .* C-contiguous float32 .* \(2, 3\). Received"):
        call(out)


# -- add -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("a", "b"), [
    ((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((), (2, 2)), ((), ()), ((0, 3), (1, 3)),
    ((2, 1, 5), (3, 1)), ((1,), (33,)),
])
def test_add(rng, a, b, dtype):
    x, y = draw(rng, a, dtype), draw(rng, b, dtype)
    got = ops.add(x, y)
    assert got.dtype == dtype
    np.testing.assert_array_equal(got, x + y)


def test_add_of_two_dtypes(rng):
    x, y = draw(rng, 5, np.float32), draw(rng, 5, np.float64)
    assert ops.add(x, y).dtype == np.float64
    np.testing.assert_array_equal(ops.add(x, y), x + y)


def test_add_of_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"broadcast.*x of shape \(2,\), y of shape \(3,\)"):
        ops.add([1.0, 2.0], [1.0, 2.0, 3.0])


# -- products --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("m", [0, 1, 2, 13, 40])
@pytest.mark.parametrize("k", [0, 1, 5, 64, 129])
@pytest.mark.parametrize("n", SIZES)
def test_matmul(rng, m, k, n, dtype):
    x, y = draw(rng, (m, k), dtype), draw(rng, (k, n), dtype)
    got = ops.matmul(x, y)
    assert got.dtype == dtype and got.shape == (m, n)
    x, y = x.astype("f8"), y.astype("f8")
    assert (np.abs(got - x @ y) <= reference.tolerance(x, y, k, np.finfo(dtype).eps)).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("activation", [None, *reference.ACTIVATIONS])
@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("shape", [(6,), (5, 6), (2, 3, 6), (0, 6)])
def test_dense(rng, shape, use_bias, activation, dtype):
    x, w = draw(rng, shape, dtype), draw(rng, (6, 11), dtype)
    b = draw(rng, 11, dtype) if use_bias else None
    out = np.full((*shape[:-1], 11), np.nan, dtype)
    assert ops.dense(x, w, b, activation=activation, out=out) is out
    z = reference.dense_forward(x.astype("f8"), w.astype("f8"), b)
    expected = reference.ACTIVATIONS[activation or "linear"](z) if z.size else z
    # what the sums may be off by; no activation makes an error larger, softmax at most doubles it
    error = 2 * 6 * np.finfo(dtype).eps * (np.abs(x) @ np.abs(w)).max(initial=1.0)
    close(out, expected, dtype, atol=2 * error)


def test_dense_without_outputs():
    assert ops.dense(np.ones((2, 3), "f4"), np.ones((3, 0), "f4"), [], "softmax").shape == (2, 0)


@pytest.mark.parametrize("view", views(np.zeros((2, 2), "f4")))
def test_dense_of_views(rng, view):
    x, w, b = draw(rng, (6, 5)), draw(rng, (5, 4)), draw(rng, (1, 4))
    expected = ops.dense(x, w, b[0])
    np.testing.assert_array_equal(
        ops.dense(views(x)[view], views(w)[view], views(b)[view][0]), expected)


def test_dense_of_two_dtypes(rng):
    x, w, b = draw(rng, (2, 3), "f4"), draw(rng, (3, 2), "f8"), draw(rng, 2, "f4")
    close(ops.dense(x, w, b), x @ w + b, np.float64, atol=1e-14)
    assert ops.dense([[1]], [[2]]).dtype == np.float32


def test_nan_and_infinity_pass_through():
    w = np.eye(3, dtype="f4")
    got = ops.dense(np.array([[np.nan, 1, 2]], "f4"), w, activation="relu")
    assert np.isnan(got[0, 0])
    assert ops.dense(np.array([[np.inf, 1, 2]], "f4"), w)[0, 0] == np.inf


def test_same_bits_for_any_number_of_threads(rng):
    x, w = draw(rng, (200, 130)), draw(rng, (130, 170))
    config.set_num_threads(1)
    one = ops.dense(x, w, activation="softmax")
    config.set_num_threads(3)
    np.testing.assert_array_equal(ops.dense(x, w, activation="softmax"), one)
    np.testing.assert_array_equal(ops.dense(x[7:8], w, activation="softmax"), one[7:8])


BUFFER = np.ones((4, 4), "f4")


@pytest.mark.parametrize(("call", "match"), [
    (lambda: ops.matmul(np.ones(3), np.ones((3, 2))), r"matmul: expected x of shape \(m, k\)"),
    (lambda: ops.matmul(np.ones((2, 3)), np.ones((2, 3))), r"y of shape \(2, 3\)"),
    (lambda: ops.dense(np.ones((2, 3)), np.ones((2, 3))), r"dense: expected x of shape \(\.\.\.,"),
    (lambda: ops.dense(1.0, np.ones((1, 3))), r"x of shape \(\)"),
    (lambda: ops.dense(np.ones((2, 3)), np.ones(3)), r"kernel of shape \(3,\)"),
    (lambda: ops.dense(np.ones((2, 3)), np.ones((3, 2)), np.ones(3)),
     r"bias of shape \(2,\)\. Received: \(3,\)"),
    (lambda: ops.dense(np.ones((2, 3)), np.ones((3, 2)), activation="rleu"),
     "linear, relu, sigmoid, tanh, softmax, .*sparse_plus. Received: 'rleu'"),
    (lambda: ops.dense(BUFFER, np.ones((4, 4), "f4"), out=BUFFER), "overlaps no input"),
    (lambda: ops.dense(np.ones((4, 4), "f4"), BUFFER, out=BUFFER), "overlaps no input"),
    (lambda: ops.dense(np.ones((1, 4), "f4"), np.eye(4, dtype="f4"), BUFFER[0], out=BUFFER[:1]),
     "overlaps no input"),
])
def test_product_errors(call, match):
    with pytest.raises(ValueError, match=match):
        call()
    assert (BUFFER == 1).all()


# -- losses ----------------------------------------------------------------------------------------


def loss_samples(rng, n, classes, dtype, from_logits):
    output = draw(rng, (n, classes), dtype)
    if not from_logits:
        output = reference.softmax(output.astype("f8")).astype(dtype) if n else output
    labels = rng.integers(0, classes, n)
    return output, labels, np.eye(classes, dtype=dtype)[labels]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize(("n", "classes"), [(0, 3), (1, 1), (5, 2), (4, 10), (3, 33), (40, 101)])
def test_crossentropies(rng, n, classes, from_logits, dtype):
    output, labels, one_hot = loss_samples(rng, n, classes, dtype, from_logits)
    atol = 16 * np.finfo(dtype).eps
    for function, oracle, target in [
        (ops.categorical_crossentropy, reference.categorical_crossentropy, one_hot),
        (ops.sparse_categorical_crossentropy, reference.sparse_categorical_crossentropy, labels),
    ]:
        expected = oracle(target, output.astype("f8"), from_logits)[0] if n else np.zeros(0)
        got = function(target, output, from_logits)
        assert got.shape == (n,)
        close(got, expected, dtype, atol)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (33,), (3, 5)])
def test_binary_crossentropy_is_elementwise(rng, shape, from_logits, dtype):
    output = np.asarray(draw(rng, shape, dtype))
    if not from_logits:
        output = np.asarray(reference.sigmoid(output.astype("f8"))).astype(dtype)
    target = rng.random(shape)
    expected, _ = reference.binary_crossentropy(
        np.asarray(target, dtype)[..., None].astype("f8"), output[..., None].astype("f8"),
        from_logits)
    got = ops.binary_crossentropy(target, output, from_logits)
    assert got.shape == shape
    # log(1 - p) sees the rounding of 1 - p
    close(got, expected, dtype, atol=64 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("n", "classes"), [(0, 3), (1, 1), (5, 2), (4, 33)])
def test_softmax_crossentropy(rng, n, classes, dtype):
    logits, labels, one_hot = loss_samples(rng, n, classes, dtype, True)
    loss, gradient = ops.softmax_crossentropy(logits, labels)
    expected = np.zeros(0), np.zeros((0, classes))
    if n:
        expected = reference.categorical_crossentropy(one_hot, logits.astype("f8"), True)
    atol = 16 * np.finfo(dtype).eps
    close(loss, expected[0], dtype, atol)
    close(gradient, expected[1], dtype, atol)
    for got, same in zip(ops.softmax_crossentropy(logits, one_hot), (loss, gradient), strict=True):
        np.testing.assert_array_equal(got, same)
    assert (loss >= 0).all()


def test_leading_axes(rng):
    logits, labels = draw(rng, (2, 3, 4)), rng.integers(0, 4, (2, 3))
    loss, gradient = ops.softmax_crossentropy(logits, labels)
    assert loss.shape == (2, 3) and gradient.shape == (2, 3, 4)
    flat = ops.sparse_categorical_crossentropy(labels.ravel(), logits.reshape(6, 4), True)
    np.testing.assert_array_equal(loss.ravel(), flat)


@pytest.mark.parametrize(("call", "match"), [
    (lambda: ops.categorical_crossentropy([[1.0, 0.0]], [[0.2, 0.3, 0.5]]),
     r"expected target of shape \(1, 3\).*Received: target of shape \(1, 2\)"),
    (lambda: ops.categorical_crossentropy([1.0], [[0.5, 0.5]]), r"target of shape \(1,\)"),
    (lambda: ops.categorical_crossentropy([[1.0]], [[1.0]], axis=0), "axis=-1. Received: axis=0"),
    (lambda: ops.categorical_crossentropy(np.ones((2, 0)), np.ones((2, 0))), "at least one class"),
    (lambda: ops.sparse_categorical_crossentropy([[1]], [[0.5, 0.5]]), r"shape \(1, 1\)"),
    (lambda: ops.sparse_categorical_crossentropy([0, 2], [[0.5, 0.5]] * 2),
     "class numbers from 0 to 1. Received: 2"),
    (lambda: ops.sparse_categorical_crossentropy([-1], [[0.5, 0.5]]), "Received: -1"),
    (lambda: ops.sparse_categorical_crossentropy([0.5], [[0.5, 0.5]]), "Received: 0.5"),
    (lambda: ops.sparse_categorical_crossentropy([np.nan], [[0.5, 0.5]]), "Received: nan"),
    (lambda: ops.softmax_crossentropy([[0.0, 0.0]], [2]), "Received: 2"),
    (lambda: ops.binary_crossentropy([1.0], [[0.5]]), "must have the same shape"),
])
def test_loss_errors(call, match):
    with pytest.raises(ValueError, match=match):
        call()


# -- updates ---------------------------------------------------------------------------------------

UPDATES = {
    "sgd": (ops.sgd_update, {}, ()),
    "sgd-momentum": (ops.sgd_update, {"momentum": 0.9}, ("momentum_buffer",)),
    "sgd-nesterov": (ops.sgd_update, {"momentum": 0.9, "nesterov": True}, ("momentum_buffer",)),
    "rmsprop": (ops.rmsprop_update, {"rho": 0.8}, ("velocity",)),
    "rmsprop-momentum": (ops.rmsprop_update, {"momentum": 0.5, "epsilon": 1e-4},
                         ("velocity", "momentum_buffer")),
    "rmsprop-centered": (ops.rmsprop_update, {}, ("velocity", "average_gradient")),
    "adagrad": (ops.adagrad_update, {"epsilon": 1e-3}, ("accumulator",)),
}
ORACLE_SLOT = {"momentum_buffer": "momentum"}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (33,), (3, 17)])
@pytest.mark.parametrize("name", UPDATES)
def test_updates(rng, name, shape, dtype):
    function, options, names = UPDATES[name]
    w = np.asarray(draw(rng, shape, dtype))
    slots = {slot: np.zeros(shape, dtype) for slot in names}
    kind = name.split("-")[0]
    expected, state = w.astype("f8"), {ORACLE_SLOT.get(slot, slot): 0.0 for slot in names}
    centered = {"centered": True} if "average_gradient" in names else {}
    for _ in range(3):
        g = np.asarray(draw(rng, shape, dtype))
        before = g.copy()
        assert function(w, g, **slots, learning_rate=0.1, **options) is None
        expected, state = reference.OPTIMIZERS[kind](
            expected, g.astype("f8"), state, learning_rate=0.1, **options, **centered)
        np.testing.assert_array_equal(g, before)
    eps = np.finfo(dtype).eps
    # a centered root may cancel: v - a * a loses digits where all gradients are alike
    loose = 1e4 if centered else 64
    np.testing.assert_allclose(w, expected, rtol=loose * eps, atol=loose * eps)
    for slot, array in slots.items():
        np.testing.assert_allclose(array, state[ORACLE_SLOT.get(slot, slot)], rtol=64 * eps,
                                   atol=64 * eps)


@pytest.mark.parametrize("view", views(np.zeros((2, 2), "f4")))
def test_gradients_of_any_layout(rng, view):
    g = draw(rng, (6, 5))
    results = []
    for gradient in (g, views(g)[view], g.astype("f8")):
        w = np.ones_like(g)
        ops.sgd_update(w, gradient, learning_rate=0.5)
        results.append(w)
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


def test_gradient_may_be_the_weight():
    w = np.array([1.0, -2.0])
    ops.sgd_update(w, w, learning_rate=0.25)
    np.testing.assert_array_equal(w, [0.75, -1.5])


W = np.ones(3, "f4")


@pytest.mark.parametrize(("call", "match"), [
    (lambda: ops.sgd_update([1.0], [1.0], learning_rate=1), "float32 or float64 array. Received"),
    (lambda: ops.sgd_update(np.ones(1, int), [1], learning_rate=1), "Received: int64"),
    (lambda: ops.sgd_update(np.ones(1, ">f4"), [1], learning_rate=1), "Received: >f4"),
    (lambda: ops.sgd_update(W, np.ones(2), learning_rate=1), r"g of shape \(3,\). Received: \(2,"),
    (lambda: ops.sgd_update(np.ones((3, 2), "f4")[:, 0], W, learning_rate=1), "C-contiguous"),
    (lambda: ops.sgd_update(locked(np.ones(3, "f4")), W, learning_rate=1), "writeable|writable"),
    (lambda: ops.sgd_update(W, W, learning_rate=1, momentum=0.5), "expected `momentum_buffer`"),
    (lambda: ops.rmsprop_update(W, W, None, learning_rate=1), "expected `velocity`"),
    (lambda: ops.rmsprop_update(W, W, np.zeros(3), learning_rate=1), "velocity.*float32 array"),
    (lambda: ops.rmsprop_update(W, W, np.zeros(3, "f4"), momentum=0.1, learning_rate=1),
     "expected `momentum_buffer`"),
    (lambda: ops.adagrad_update(W, W, np.zeros(2, "f4"), learning_rate=1), r"shape \(3,\)"),
])
def test_update_errors(call, match):
    with pytest.raises(ValueError, match=match):
        call()
    assert (W == 1).all()
