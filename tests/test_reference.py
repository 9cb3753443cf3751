"""The oracle itself is right: its gradients are those of its losses, by central differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import reference
from reference import Network

STEP = 1e-5  # near eps ** (1/3), where the truncation and rounding errors of a difference balance


def difference(f, a):
    """Return the gradient of the scalar ``f()`` by the array `a`, which `f` reads."""
    gradient = np.empty_like(a)
    for i in np.ndindex(a.shape):
        value = a[i]
        a[i] = value + STEP
        above = f()
        a[i] = value - STEP
        gradient[i] = (above - f()) / (2 * STEP)
        a[i] = value
    return gradient


def assert_same(actual, expected, rel=1e-6):
    assert np.linalg.norm(actual - expected) <= rel * np.linalg.norm(expected)


def targets(rng, loss, m, n):
    if loss == "sparse_categorical_crossentropy":
        return rng.integers(n, size=m)
    if loss == "categorical_crossentropy":
        return np.eye(n)[rng.integers(n, size=m)]
    if loss == "binary_crossentropy":
        return rng.integers(2, size=(m, n)).astype(float)
    return rng.normal(size=(m, n))


@pytest.mark.parametrize(("activations", "loss", "options"), [
    (["relu", "softmax"], "categorical_crossentropy", {}),
    (["relu", "softmax"], "categorical_crossentropy", {"label_smoothing": 0.1}),
    (["tanh", "sigmoid"], "categorical_crossentropy", {}),
    (["relu", "linear"], "categorical_crossentropy", {"from_logits": True}),
    (["sigmoid", "softmax"], "sparse_categorical_crossentropy", {}),
    (["tanh", "sigmoid"], "sparse_categorical_crossentropy", {}),
    (["relu", "linear"], "sparse_categorical_crossentropy", {"from_logits": True}),
    (["tanh", "relu", "sigmoid"], "binary_crossentropy", {}),
    (["tanh", "softmax"], "binary_crossentropy", {"label_smoothing": 0.2}),
    (["relu", "linear"], "binary_crossentropy", {"from_logits": True}),
    (["relu", "tanh", "linear"], "mean_squared_error", {}),
    (["relu", "softmax"], "mean_squared_error", {}),
    (["sigmoid"], "mean_squared_error", {}),
])
@pytest.mark.parametrize("use_bias", [True, False])
def test_gradients_are_central_differences(activations, loss, options, use_bias):
    rng = np.random.default_rng(5)
    sizes = [*[6, 5, 7][:len(activations)], 4]
    weights = []
    for n_in, n_out in itertools.pairwise(sizes):
        weights += [rng.normal(size=(n_in, n_out)), rng.normal(size=n_out) if use_bias else None]
    network = Network(weights, activations, loss, loss_options=options)
    x, y = rng.normal(size=(9, 6)), targets(rng, loss, 9, 4)
    margin = min((np.abs(z).min() for name, z in zip(activations, network.trace(x)[1], strict=True)
                  if name == "relu"), default=1.0)
    assert margin > 20 * STEP  # no difference straddles a kink
    for weight, gradient in zip(network.weights, network.gradients(x, y), strict=True):
        if weight is None:
            assert gradient is None
        else:
            assert_same(gradient, difference(lambda: network.loss(x, y), weight))


@pytest.mark.parametrize("loss", sorted(reference.LOSSES))
def test_clipped_probabilities_have_no_gradient(loss):
    rng = np.random.default_rng(3)
    output = rng.uniform(0.1, 0.9, size=(4, 3))
    if "crossentropy" in loss:
        output[0, 0], output[1, 1] = -0.01, 1.01  # further out than STEP
    y = targets(rng, loss, 4, 3)
    function = reference.LOSSES[loss]
    gradient = function(y, output)[1]
    assert_same(gradient, difference(lambda: function(y, output)[0].sum(), output))
    if loss == "binary_crossentropy":
        assert gradient[0, 0] == gradient[1, 1] == 0


@pytest.mark.parametrize("name", sorted(reference.ACTIVATIONS))
def test_extreme_inputs_stay_finite(name):
    z = np.array([[-8e307, -800.0, 0.0, 800.0, 8e307], [1.0, 2.0, 3.0, 4.0, 5.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(reference.ACTIVATIONS[name](z)).all()


def test_crossentropy_of_logits_is_that_of_their_probabilities():
    rng = np.random.default_rng(11)
    z, labels = rng.normal(size=(8, 5)), rng.integers(5, size=8)
    one_hot = np.eye(5)[labels]
    expected = -np.log(reference.softmax(z)[np.arange(8), labels])
    for loss in (
        reference.categorical_crossentropy(one_hot, z, from_logits=True)[0],
        reference.categorical_crossentropy(one_hot, reference.softmax(z))[0],
        reference.sparse_categorical_crossentropy(labels, z, from_logits=True)[0],
        reference.sparse_categorical_crossentropy(labels, reference.softmax(z))[0],
    ):
        np.testing.assert_allclose(loss, expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "options", "expected"), [
    # two steps with g = 2 from w = 1, worked out by hand
    ("sgd", {"learning_rate": 0.1}, 1 - 0.2 - 0.2),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.5}, 1 - 0.2 - 0.3),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True}, 1 - 0.3 - 0.35),
    ("rmsprop", {"learning_rate": 0.1, "epsilon": 0.0}, 1 - 0.1 / 0.1**0.5 - 0.1 / 0.19**0.5),
    ("rmsprop", {"learning_rate": 0.1, "epsilon": 0.0, "momentum": 0.5},
     1 - 1.5 * 0.1 / 0.1**0.5 - 0.1 / 0.19**0.5),
    ("rmsprop", {"learning_rate": 0.1, "epsilon": 0.0, "centered": True},
     1 - 0.1 / (0.1 - 0.1**2) ** 0.5 - 0.1 / (0.19 - 0.19**2) ** 0.5),
    ("adagrad", {"learning_rate": 0.1, "epsilon": 0.0}, 1 - 0.2 / 4.1**0.5 - 0.2 / 8.1**0.5),
    ("adadelta", {"learning_rate": 0.1, "rho": 0.5, "epsilon": 1.0},
     1 - 0.2 / 3**0.5 - 0.2 * (1 + 2 / 3) ** 0.5 / 4**0.5),
    ("adam", {"learning_rate": 0.1, "epsilon": 0.0}, 1 - 0.1 - 0.1),
    ("adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0},
     1 - 0.1 * 0.5**0.5 / 0.5 * 1 / (2**0.5 + 1) - 0.1 * 0.75**0.5 / 0.75 * 1.5 / (3**0.5 + 1)),
    ("adam", {"learning_rate": 0.1, "epsilon": 0.0, "amsgrad": True}, 1 - 0.1 - 0.1),
    ("adamax", {"learning_rate": 0.1, "beta_1": 0.5, "epsilon": 2.0}, 1 - 0.05 - 0.05),
    ("nadam", {"learning_rate": 0.1, "beta_1": 0.0, "epsilon": 0.0}, 1 - 0.1 - 0.1),
    ("lion", {"learning_rate": 0.1}, 1 - 0.1 - 0.1),
])
def test_updates_by_hand(name, options, expected):
    w, slots = np.array([1.0]), {}
    for _ in range(2):
        w, slots = reference.OPTIMIZERS[name](w, np.array([2.0]), slots, **options)
    np.testing.assert_allclose(w, [expected], rtol=1e-14)


def test_tolerance_bounds_float32_products():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(17, 300)), rng.normal(size=(300, 23))
    a32, b32 = a.astype("f4"), b.astype("f4")
    bound = reference.tolerance(a, b, 300, np.finfo("f4").eps)
    assert bound.shape == (17, 23)
    error = np.abs(a32 @ b32 - a @ b)
    assert (error <= bound).all()
    assert error.max() > bound.max() / 3000  # and is not so wide that it could not fail


def test_training_lowers_the_loss():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(64, 5)), rng.integers(3, size=64)
    weights = [rng.normal(size=(5, 8)), np.zeros(8), rng.normal(size=(8, 3)), np.zeros(3)]
    network = Network(weights, ["relu", "softmax"], "sparse_categorical_crossentropy", "rmsprop",
                      optimizer_options={"learning_rate": 0.01})
    losses = [network.train_step(x, y) for _ in range(50)]
    assert losses[-1] < losses[0] / 2
    assert weights[1].sum() == 0  # the caller's arrays are left alone
