"""Penalties and their gradients against Keras 3 (golden/functions.json, weights.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

import fastdense as keras
from fastdense import Variable, regularizers

FOLDER = Path(__file__).with_name("golden")
GOLDEN = json.loads((FOLDER / "functions.json").read_text())
ORTHOGONAL = json.loads((FOLDER / "weights.json").read_text())["orthogonal_regularizer"]


@pytest.mark.parametrize("case", GOLDEN["regularizers"], ids=lambda c: f"{c['name']}{c['options']}")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_of_keras(case, dtype):
    regularizer = getattr(regularizers, case["name"])(**case["options"])
    w = np.array(GOLDEN["w"], dtype)
    penalty, gradient = regularizer(w), regularizer.gradient(w)
    assert type(penalty) is float
    assert penalty == pytest.approx(case["value"], rel=1e-6)
    np.testing.assert_allclose(gradient, case["gradient"], rtol=1e-6)
    assert gradient.dtype == dtype


@pytest.mark.parametrize("case", ORTHOGONAL)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_orthogonal_as_keras(case, dtype):
    regularizer = regularizers.OrthogonalRegularizer(**case["options"])
    matrix = np.array(case["matrix"], dtype)
    assert regularizer(matrix) == pytest.approx(case["value"], rel=1e-6, abs=1e-9)
    gradient = regularizer.gradient(matrix)
    # Keras turns each row in float32: what cancels there leaves an eps of the gradient's factor.
    np.testing.assert_allclose(gradient, case["gradient"], rtol=1e-5, atol=1e-7)
    assert gradient.dtype == dtype


def test_orthogonal_edges():
    regularizer = regularizers.OrthogonalRegularizer(1.0)
    zeros = np.array([[0.0, 0.0], [1.0, 2.0]])
    assert regularizer(zeros) == 0 and not regularizer.gradient(zeros).any()
    assert regularizer([[1.0, 2.0]]) == 0  # no pair; Keras gives NaN
    for mode in ("row", None, 0):
        with pytest.raises(ValueError, match="Invalid value for argument `mode`"):
            regularizers.OrthogonalRegularizer(mode=mode)
    for x in (np.ones(3), np.ones((2, 2, 2))):
        with pytest.raises(ValueError, match="must have rank 2"):
            regularizer(x)
    with pytest.raises(ValueError, match="argument factor: expected a non-negative float"):
        regularizers.OrthogonalRegularizer(-1)


def test_orthogonal_in_a_model():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(
        3, use_bias=False, kernel_regularizer=regularizers.OrthogonalRegularizer(1.0))])
    kernel = model.layers[0].kernel
    before = model.losses[0]
    model.compile(keras.optimizers.SGD(0.05), "mse")
    history = model.fit(np.zeros((4, 3)), np.zeros((4, 3)), batch_size=1, epochs=30, verbose=0)
    assert history.history["loss"][0] == pytest.approx(before, rel=0.5)
    assert regularizers.OrthogonalRegularizer(1.0)(kernel) < before / 2


@pytest.mark.parametrize("regularizer", [
    regularizers.L1(0.3), regularizers.L2(0.2), regularizers.L1L2(0.3, 0.2),
    regularizers.OrthogonalRegularizer(0.7), regularizers.OrthogonalRegularizer(0.7, "columns"),
])
def test_gradient_is_the_derivative(regularizer):
    w = np.array([[0.5, -1.5], [2.0, -0.25]])
    step, numeric = 1e-6, np.empty_like(w)
    for i in np.ndindex(w.shape):
        bump = np.zeros_like(w)
        bump[i] = step
        numeric[i] = (regularizer(w + bump) - regularizer(w - bump)) / (2 * step)
    np.testing.assert_allclose(regularizer.gradient(w), numeric, rtol=1e-6)


def test_variables_and_lists():
    w = Variable(np.array([3.0, -4.0]))
    assert regularizers.L2(0.5)(w) == 12.5
    assert regularizers.L2(0.5)([3.0, -4.0]) == 12.5
    np.testing.assert_array_equal(regularizers.L1(0.5).gradient(w), [0.5, -0.5])


def test_sums_are_float64():
    w = np.full(10**6, 0.1, "float32")
    assert regularizers.L1(1.0)(w) == pytest.approx(10**6 * float(np.float32(0.1)), rel=1e-12)


@pytest.mark.parametrize(("identifier", "kind"), [
    ("l1", "L1"), ("L1", "L1"), ("l2", "L2"), ("L2", "L2"), ("l1l2", "L1L2"), ("l1_l2", "L1L2"),
    ("L1L2", "L1L2"), ({"class_name": "L2", "config": {"l2": 0.5}}, "L2"),
    (regularizers.L1, "L1"), (regularizers.L1(), "L1"),
    ("orthogonal_regularizer", "OrthogonalRegularizer"),
    ("OrthogonalRegularizer", "OrthogonalRegularizer"),
])
def test_get(identifier, kind):
    assert type(regularizers.get(identifier)) is getattr(regularizers, kind)


@pytest.mark.parametrize("regularizer", [
    regularizers.L1(0.5), regularizers.L2(0.25), regularizers.L1L2(0.5, 0.25),
    regularizers.OrthogonalRegularizer(0.5, "columns"),
])
def test_config_round_trip(regularizer):
    config = json.loads(json.dumps(regularizers.serialize(regularizer)))
    again = regularizers.deserialize(config)
    assert type(again) is type(regularizer)
    assert again.get_config() == regularizer.get_config()


def test_aliases_and_defaults():
    assert regularizers.l1 is regularizers.L1 and regularizers.l2 is regularizers.L2
    assert regularizers.l1_l2 is regularizers.L1L2
    assert regularizers.orthogonal_regularizer is regularizers.OrthogonalRegularizer
    assert regularizers.L1(None).l1 == regularizers.L2(None).l2 == 0.01
    assert regularizers.L1L2(None, None).get_config() == {"l1": 0.0, "l2": 0.0}
    assert regularizers.get(None) is None and regularizers.serialize(None) is None


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "0.1", [0.1]])
def test_factor_refused(value):
    with pytest.raises(ValueError, match="argument l2: expected a non-negative float"):
        regularizers.L2(value)


@pytest.mark.parametrize("identifier", ["foo", 3.5])
def test_unknown(identifier):
    with pytest.raises(ValueError, match=f"interpret regularizer identifier: {identifier}"):
        regularizers.get(identifier)


def test_function_without_gradient():
    with pytest.raises(ValueError, match=r"gradient.*no automatic differentiation"):
        regularizers.get(lambda w: 0.0)


def test_base_class():
    class Half(regularizers.Regularizer):
        def __call__(self, x):
            return 0.5

    assert regularizers.Regularizer()(np.ones(2)) == 0.0
    assert isinstance(regularizers.get(Half()), Half)
    with pytest.raises(NotImplementedError, match="Half must override `gradient"):
        Half().gradient(np.ones(2))
    with pytest.raises(NotImplementedError, match="get_config"):
        Half().get_config()
