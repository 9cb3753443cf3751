"""The categorical cross-entropies against Keras 3, by differences, and at their ends."""

import json

import numpy as np
import pytest
from parity import case_id, cases, check_case, check_derivative

from fastdense import losses

CASES = cases("categorical_crossentropy", "sparse_categorical_crossentropy")
CLASSES = {"categorical_crossentropy": losses.CategoricalCrossentropy,
           "sparse_categorical_crossentropy": losses.SparseCategoricalCrossentropy}
RNG = np.random.default_rng(5)
LABELS = RNG.integers(0, 4, 6)
ONE_HOT = np.eye(4)[LABELS]


@pytest.mark.parametrize("case", CASES, ids=case_id)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    check_case(case, dtype)


@pytest.mark.parametrize(("loss", "y_true"), [
    (losses.CategoricalCrossentropy(dtype="float64"), ONE_HOT),
    (losses.CategoricalCrossentropy(label_smoothing=0.3, dtype="float64"), ONE_HOT),
    (losses.CategoricalCrossentropy(from_logits=True, dtype="float64"), ONE_HOT),
    (losses.SparseCategoricalCrossentropy(dtype="float64"), LABELS),
    (losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64"), LABELS[:, None]),
    (losses.SparseCategoricalCrossentropy(ignore_class=2, dtype="float64"), LABELS),
])
def test_gradient_is_the_derivative(loss, y_true):
    check_derivative(loss, y_true, RNG.uniform(0.05, 0.9, ONE_HOT.shape))


@pytest.mark.parametrize("from_logits", [False, True])
def test_labels_and_one_hot_rows_agree(from_logits):
    p = RNG.dirichlet(np.ones(4), 6)
    dense = losses.CategoricalCrossentropy(from_logits, dtype="float64")
    sparse = losses.SparseCategoricalCrossentropy(from_logits, dtype="float64")
    np.testing.assert_allclose(sparse.call(LABELS, p), dense.call(ONE_HOT, p), rtol=1e-12)
    np.testing.assert_allclose(sparse.gradient(LABELS, p) - sparse.gradient(LABELS, p).mean(-1)[
        :, None], dense.gradient(ONE_HOT, p) - dense.gradient(ONE_HOT, p).mean(-1)[:, None],
        rtol=1e-9)


@pytest.mark.parametrize("scale", [1.0, 88.7, 1e4, 1e38])
def test_any_logits(scale):
    z = np.float32(scale) * RNG.uniform(-1, 1, (6, 4)).astype("float32")
    for loss, y_true in ((losses.CategoricalCrossentropy(from_logits=True), ONE_HOT),
                         (losses.SparseCategoricalCrossentropy(from_logits=True), LABELS)):
        values, gradient = loss.call(y_true, z), loss.gradient(y_true, z)
        assert np.isfinite(values).all() and (values >= 0).all()
        np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-6)


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype("uint8"), LABELS.astype("float32"),
                                    LABELS[:, None], LABELS.tolist()])
def test_labels_of_any_dtype_and_as_a_column(labels):
    p = RNG.dirichlet(np.ones(4), 6)
    loss = losses.SparseCategoricalCrossentropy()
    assert loss(labels, p) == loss(LABELS, p)


def test_more_axes():
    p = RNG.dirichlet(np.ones(4), (2, 3))
    labels = LABELS.reshape(2, 3)
    values = losses.sparse_categorical_crossentropy(labels, p)
    assert values.shape == (2, 3)
    np.testing.assert_allclose(values, losses.categorical_crossentropy(np.eye(4)[labels], p))


def test_ignored_class_may_lie_outside():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1, reduction="none")
    values = loss([0, -1], [[0.5, 0.5], [0.1, 0.9]])
    np.testing.assert_allclose(values, [np.log(2), 0], rtol=1e-6)
    assert (loss.gradient(np.array([0, -1]), np.float32([[0.5, 0.5], [0.1, 0.9]]))[1] == 0).all()


@pytest.mark.parametrize("labels", [[0, 4], [-1, 0]])
def test_labels_out_of_range(labels):
    loss = losses.SparseCategoricalCrossentropy()
    for function in (loss, loss.call, loss.gradient):
        with pytest.raises(ValueError, match=r"expected labels from 0 to 3.*Received: labels from"):
            function(labels, np.full((2, 4), 0.25))


@pytest.mark.parametrize("shape", [(3,), (2, 2), (2, 4)])
def test_labels_that_do_not_fit(shape):
    with pytest.raises(ValueError, match="same shape up until the last dimension"):
        losses.SparseCategoricalCrossentropy()(np.zeros(shape), np.full((2, 4), 0.25))


@pytest.mark.parametrize(("y_true", "y_pred", "message"), [
    ((3,), (3, 4), "must have the same rank"), ((3, 2), (3, 4), "must have the same shape"),
])
def test_shapes(y_true, y_pred, message):
    loss = losses.CategoricalCrossentropy()
    for function in (loss, loss.call, loss.gradient, losses.categorical_crossentropy):
        with pytest.raises(ValueError, match=message):
            function(np.zeros(y_true), np.full(y_pred, 0.5))


def test_one_class_is_a_mistake():
    with pytest.warns(SyntaxWarning, match="binary_crossentropy"):
        losses.categorical_crossentropy(np.ones((2, 1)), np.ones((2, 1)))


@pytest.mark.parametrize("smoothing", [np.asarray(0.1), np.array([0.1])])
def test_smoothing_may_be_an_array(smoothing):
    p = RNG.dirichlet(np.ones(4), 6)
    np.testing.assert_allclose(
        losses.categorical_crossentropy(ONE_HOT, p, label_smoothing=smoothing),
        losses.categorical_crossentropy(ONE_HOT, p, label_smoothing=0.1))


@pytest.mark.parametrize("name", CLASSES)
def test_no_axis(name):
    for refused in (lambda: CLASSES[name](axis=True),
                    lambda: getattr(losses, name)(LABELS, ONE_HOT, axis=True)):
        with pytest.raises(ValueError, match="`axis` must be"):
            refused()


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.2}, {"from_logits": True}])
def test_classes_on_another_axis(options):
    y_true, p = np.eye(4)[RNG.integers(0, 4, (2, 3))], RNG.dirichlet(np.ones(4), (2, 3))
    last = losses.CategoricalCrossentropy(dtype="float64", **options)
    first = losses.CategoricalCrossentropy(dtype="float64", axis=1, **options)
    moved = np.moveaxis(y_true, -1, 1), np.moveaxis(p, -1, 1)
    np.testing.assert_allclose(first.call(*moved), last.call(y_true, p), rtol=1e-12)
    value, gradient = first.value_and_gradient(*moved)
    expected_value, expected = last.value_and_gradient(y_true, p)
    assert value == pytest.approx(expected_value, rel=1e-12) == first(*moved)
    np.testing.assert_allclose(gradient, np.moveaxis(expected, -1, 1), rtol=1e-12, atol=1e-15)
    assert last.rule is not None and first.rule is None


@pytest.mark.parametrize("axis", [0, -2])
def test_labels_need_the_classes_last(axis):
    loss = losses.SparseCategoricalCrossentropy(axis=axis)
    with pytest.raises(ValueError, match="Only axis=-1 is currently supported"):
        loss(LABELS, ONE_HOT)
    assert losses.SparseCategoricalCrossentropy(axis=1)(LABELS, ONE_HOT) < 1e-6


@pytest.mark.parametrize(("loss", "config"), [
    (losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
     {"name": "categorical_crossentropy", "reduction": "sum_over_batch_size", "from_logits": True,
      "label_smoothing": 0.1, "axis": -1}),
    (losses.SparseCategoricalCrossentropy(ignore_class=3, name="s", reduction="sum"),
     {"name": "s", "reduction": "sum", "from_logits": False, "ignore_class": 3}),
])
def test_config(loss, config):
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config() == config
