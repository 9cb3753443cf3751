"""check_gradient: right gradients pass, every kind of wrong one is found and named."""

import numpy as np
import pytest

from fastdense import losses
from fastdense.utils import check_gradient

RNG = np.random.default_rng(0)
P = RNG.uniform(0.1, 0.9, (6, 4))
T = RNG.uniform(0.1, 0.9, (6, 4))


class Cubes:
    """Not a Loss, only what is needed: the mean of cubes."""

    def call(self, y_true, y_pred):
        return np.mean((y_pred - y_true) ** 3, axis=-1)

    def gradient(self, y_true, y_pred):
        return 3 * (y_pred - y_true) ** 2 / y_pred.shape[-1]


@pytest.mark.parametrize(("loss", "y_true"), [
    (Cubes(), T), (losses.MeanSquaredError(), T), (losses.mean_squared_error, T),
    (losses.CategoricalCrossentropy(), T / T.sum(axis=1, keepdims=True)),
    (losses.SparseCategoricalCrossentropy(), np.arange(6) % 4),
    (losses.BinaryCrossentropy(from_logits=True), T),
])
def test_right_gradients(loss, y_true):
    assert 0 <= check_gradient(loss, y_true, P) < 1e-7


def test_more_axes_lists_and_float32():
    assert check_gradient(Cubes(), T.reshape(2, 3, 4), P.reshape(2, 3, 4)) < 1e-7
    assert check_gradient(Cubes(), T.tolist(), P.astype("f4")) < 1e-7


WRONG = {
    "another factor": lambda t, p: Cubes().gradient(t, p) * p.shape[-1],
    "divided by the number of samples": lambda t, p: Cubes().gradient(t, p) / len(p),
    "the sign": lambda t, p: -Cubes().gradient(t, p),
    "one entry": lambda t, p: Cubes().gradient(t, p) + 0.1 * (p == P[2, 3]),
    "NaN": lambda t, p: np.where(p == P[2, 3], np.nan, Cubes().gradient(t, p)),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_gradients(case):
    loss = Cubes()
    loss.gradient = WRONG[case]
    at = r"\(2, 3\)" if case in ("one entry", "NaN") else ""
    with pytest.raises(ValueError, match=rf"expected .* at {at}.*central differences. Received: "):
        check_gradient(loss, T, P)


def test_rtol():
    loss = Cubes()
    loss.gradient = lambda t, p: 1.001 * Cubes().gradient(t, p)
    assert check_gradient(loss, T, P, rtol=0.01) == pytest.approx(0.001, rel=1e-3)
    with pytest.raises(ValueError, match="check_gradient: expected"):
        check_gradient(loss, T, P, rtol=1e-4)


def test_a_gradient_of_zero():
    class Nothing:
        call = staticmethod(lambda t, p: np.zeros(len(p)))
        gradient = staticmethod(lambda t, p: np.zeros_like(p))

    assert check_gradient(Nothing(), T, P) == 0


@pytest.mark.parametrize(("name", "function", "match"), [
    ("gradient", lambda t, p: p[:, 0], r"gradient of y_pred's shape \(6, 4\).*Received: shape"),
    ("call", lambda t, p: np.mean(p), r"one number a sample, shape \(6,\). Received: shape \(\)"),
])
def test_shapes(name, function, match):
    loss = Cubes()
    setattr(loss, name, function)
    with pytest.raises(ValueError, match=match):
        check_gradient(loss, T, P)


@pytest.mark.parametrize("loss", [lambda t, p: p.mean(-1), object(), "mse"])
def test_no_gradient(loss):
    with pytest.raises(TypeError, match=r"`call\(y_true, y_pred\)` and `gradient"):
        check_gradient(loss, T, P)
