"""The base class of losses: reductions, weights, names."""

import json
from pathlib import Path

import numpy as np
import pytest

from fastdense import losses
from fastdense.utils import clear_session

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/losses.json").read_text())
Y_TRUE = np.array([1.0, 0.0, 1.0, 0.0])
Y_PRED = np.array([0.1, 0.2, 0.3, 0.4])
SQUARES = (Y_TRUE - Y_PRED) ** 2


class Square(losses.Loss):
    def call(self, y_true, y_pred):
        return (y_true - y_pred) ** 2


@pytest.mark.parametrize("case", GOLDEN["reduced"], ids=lambda c: (
    f"{c['reduction']}-{c['sample_weight']}-{c['ignore_class']}"))
def test_reductions_of_keras(case):
    loss = losses.SparseCategoricalCrossentropy(ignore_class=case["ignore_class"],
                                                reduction=case["reduction"])
    y_true, y_pred = np.array(GOLDEN["labels"]), np.array(GOLDEN["probabilities"])
    result = loss(y_true, y_pred, case["sample_weight"])
    assert result.dtype == "float32"
    np.testing.assert_allclose(result.reshape(-1), case["result"], rtol=2e-6)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean", "sum",
                                       "mean_with_sample_weight"])
@pytest.mark.parametrize("sample_weight", [None, 2.0, [1.0, 2.0, 0.0, 0.5]])
@pytest.mark.parametrize("ignore_class", [None, 2])
def test_weights_make_a_sum_of_the_loss(reduction, sample_weight, ignore_class):
    loss = losses.SparseCategoricalCrossentropy(reduction=reduction, ignore_class=ignore_class)
    y_true = np.array([[0], [2], [1], [0]])
    y_pred = np.random.default_rng(1).dirichlet(np.ones(3), 4).astype("float32")
    values = loss.call(y_true, y_pred)
    factors = loss.weights(values.shape, y_true, sample_weight)
    assert factors.shape == values.shape and factors.dtype == "float64"
    assert float(loss(y_true, y_pred, sample_weight)) == pytest.approx(
        float(np.sum(factors * values)), rel=1e-6)


@pytest.mark.parametrize(("reduction", "expected"), [
    ("sum_over_batch_size", SQUARES.mean()), ("mean", SQUARES.mean()), ("sum", SQUARES.sum()),
    ("mean_with_sample_weight", SQUARES.mean()), ("none", SQUARES), (None, SQUARES),
])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_subclass(reduction, expected, dtype):
    result = Square(reduction=reduction, dtype=dtype)(Y_TRUE, Y_PRED)
    np.testing.assert_allclose(result, expected, rtol=1e-6)
    assert result.dtype == dtype


def test_lists_and_integers():
    assert Square()([1, 0], [0.5, 0.5]) == np.float32(0.25)


@pytest.mark.parametrize(("shape", "weight"), [
    ((2, 3), np.arange(6.0).reshape(2, 3)), ((2, 3), [1.0, 2.0]), ((2, 3), [[1.0], [2.0]]),
    ((2, 3), np.arange(6.0).reshape(2, 3, 1)), ((2, 3), 3.0), ((2,), [[1.0], [2.0]]),
])
def test_weights_go_with_the_first_axes(shape, weight):
    expected = np.zeros(shape)
    weight = np.asarray(weight, dtype=float)
    for i in np.ndindex(*shape):
        w = weight
        for k in i:
            w = w if w.ndim == 0 else w[min(k, len(w) - 1)]
        expected[i] = w.item()
    np.testing.assert_array_equal(Square(reduction="sum").weights(shape, None, weight), expected)


@pytest.mark.parametrize(("shape", "weight"), [
    ((2,), [1.0, 2.0, 3.0]), ((2, 3), [1.0, 2.0, 3.0]), ((2,), [[1.0, 2.0], [3.0, 4.0]]),
])
def test_weights_that_do_not_fit(shape, weight):
    with pytest.raises(ValueError, match="sample_weight: expected one weight per sample"):
        Square().weights(shape, None, weight)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean_with_sample_weight", "sum"])
def test_nothing_to_average_is_zero(reduction):
    loss = Square(reduction=reduction)
    assert loss(np.zeros(0), np.zeros(0)) == 0
    assert loss(Y_TRUE, Y_PRED, np.zeros(4)) == 0
    everything = losses.SparseCategoricalCrossentropy(ignore_class=1, reduction=reduction)
    assert everything([1, 1], [[0.5, 0.5], [0.5, 0.5]]) == 0


def test_names():
    clear_session()
    assert [Square().name, Square().name, Square(name="mine").name] == [
        "square", "square_1", "mine"]


def test_config_round_trip():
    loss = Square(name="mine", reduction="sum")
    assert Square.from_config(loss.get_config()).get_config() == {
        "name": "mine", "reduction": "sum"}


@pytest.mark.parametrize("reduction", ["abc", 3])
def test_reduction_refused(reduction):
    with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
        Square(reduction=reduction)


def test_dtype_is_read_only():
    with pytest.raises(AttributeError):
        Square().dtype = "float64"


def test_what_a_subclass_must_define():
    with pytest.raises(NotImplementedError, match=r"Loss must override `call"):
        losses.Loss()(Y_TRUE, Y_PRED)
    with pytest.raises(NotImplementedError, match=r"Square must override `gradient.*automatic"):
        Square().gradient(Y_TRUE, Y_PRED)
    assert Square().rule is None


# -- what training asks for ------------------------------------------------------------------------


class Flexible(losses.Loss):
    """Squares, reduced over the axes of `over` and scaled as told."""

    def __init__(self, over, **kwargs):
        super().__init__(**kwargs)
        self.over = over

    def call(self, y_true, y_pred):
        return np.mean(np.square(y_pred - y_true), axis=self.over)

    def gradient(self, y_true, y_pred):
        n = np.prod([y_pred.shape[axis] for axis in self.over]) if self.over else 1
        return 2 * (y_pred - y_true) / n


@pytest.mark.parametrize("over", [(), (-1,), (1, 2), (0, 1, 2)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
def test_value_and_gradient_of_any_shape_of_call(over, weighted, reduction, rng):
    y_true, y_pred = rng.standard_normal((2, 4, 3, 2))
    weights = rng.uniform(0, 2, 4) if weighted else None
    loss = Flexible(over, reduction=reduction, dtype="float64")
    value, gradient = loss.value_and_gradient(y_true, y_pred, weights)
    assert value == pytest.approx(loss(y_true, y_pred, weights), rel=1e-12)
    numeric, step = np.empty_like(y_pred), 1e-6
    for i in np.ndindex(y_pred.shape):
        bump = np.zeros_like(y_pred)
        bump[i] = step
        numeric[i] = (loss(y_true, y_pred + bump, weights)
                      - loss(y_true, y_pred - bump, weights)) / (2 * step)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


def test_a_number_for_the_batch_counts_all_weights():
    loss = Flexible((0, 1), dtype="float64")
    y_true, y_pred = np.zeros((4, 2)), np.ones((4, 2))
    assert loss(y_true, y_pred) == 1.0
    assert loss(y_true, y_pred, [1.0, 2.0, 0.0, 1.0]) == 1.0
    assert loss(y_true, y_pred, [3.0, 3.0, 3.0, 3.0]) == 3.0


def test_gradient_is_cast():
    value, gradient = Flexible((-1,)).value_and_gradient([[1, 2]], [[2, 2]])
    assert type(value) is float and value == 0.5
    assert gradient.dtype == "float32" and gradient.tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(("call", "gradient"), [
    ((3, 2), (3, 2)), ((3,), (3,)), ((3, 4), (3, 4, 2)),
])
def test_shapes_of_a_loss_of_the_user(call, gradient):
    class Odd(losses.Loss):
        def call(self, y_true, y_pred):
            return np.ones(call)

        def gradient(self, y_true, y_pred):
            return np.ones(gradient)

    with pytest.raises(ValueError, match="Odd: expected `gradient` to return the shape of y_pred"):
        Odd().value_and_gradient(np.ones((3, 4)), np.ones((3, 4)))
