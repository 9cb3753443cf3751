"""Losses that users write, trained with, and told what they lack."""

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers, losses
from fastdense.training import own_loss
from fastdense.utils import check_gradient

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 3)).astype("f4")
Y = RNG.standard_normal((30, 2)).astype("f4")
KERNEL = RNG.standard_normal((3, 2)).astype("f4")


class Squares:
    """A mean squared error that is no Loss and no function."""

    def call(self, y_true, y_pred):
        return np.mean((y_pred - y_true) ** 2, axis=-1)

    def gradient(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / y_pred.shape[-1]


class Sum(Squares):
    name, reduction = "mine", "sum"


def fitted(loss, epochs=2, **options):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.set_weights([KERNEL, np.zeros(2)])
    model.compile(keras.optimizers.RMSprop(0.01), loss, **options)
    history = model.fit(X, Y, batch_size=8, epochs=epochs, shuffle=False, verbose=0).history
    return [history["loss"], *model.get_weights()]


@pytest.mark.parametrize("loss", [
    Squares(), [Squares()], losses.LossFunctionWrapper(losses.mean_squared_error)])
def test_an_own_loss_trains_as_the_engines(loss):
    for got, expected in zip(fitted(loss), fitted("mse"), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_loss_weights():
    for got, expected in zip(fitted(Squares(), loss_weights=0.5), fitted("mse", loss_weights=0.5),
                             strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5)
    assert fitted(Squares(), 1, loss_weights=0.5)[0][0] < fitted(Squares(), 1)[0][0]


def test_name_and_reduction():
    assert own_loss.resolve(Squares(), (8,), (8, 1)).name == "Squares"
    mine = own_loss.resolve(Sum(), (8,), (8, 1))
    assert (mine.name, mine.reduction) == ("mine", "sum")
    assert mine(Y, 0 * Y) == pytest.approx((Y ** 2).mean(axis=1).sum(), rel=1e-6)
    assert check_gradient(mine, Y, Y + 1) < 1e-7
    weighted = mine(Y, 0 * Y, np.full(30, 2.0))
    assert weighted == pytest.approx(2 * (Y ** 2).mean(axis=1).sum(), rel=1e-6)


@pytest.mark.parametrize(("loss", "expected"), [
    (Squares(), True), (Squares, False), (losses.MeanSquaredError(), False), ("mse", False),
    (losses.mean_squared_error, False), (None, False), (lambda t, p: p, False)])
def test_is_own(loss, expected):
    assert own_loss.is_own(loss) is expected


def errors(y_true, y_pred):
    return np.abs(y_true - y_pred).mean(axis=-1)


class NoGradient(losses.Loss):
    def call(self, y_true, y_pred):
        return errors(y_true, y_pred)


class Subclass(losses.LossFunctionWrapper):
    def __init__(self):
        super().__init__(errors)

    def gradient(self, y_true, y_pred):
        return np.sign(y_pred - y_true) / y_pred.shape[-1]


@pytest.mark.parametrize("loss", [errors, NoGradient(), losses.LossFunctionWrapper(errors)])
@pytest.mark.parametrize("method", ["fit", "train_on_batch"])
def test_without_gradient(loss, method):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.compile("sgd", loss)
    begun = []
    options = {} if method == "train_on_batch" else {"callbacks": [
        keras.callbacks.LambdaCallback(on_train_begin=begun.append)]}
    with pytest.raises(NotImplementedError, match=r"no automatic differentiation.*`gradient\(self, "
                                                  r"y_true, y_pred\)`.*utils.check_gradient"):
        getattr(model, method)(X, Y, **options)
    assert not begun
    assert model.evaluate(X, Y, verbose=0) > 0


def test_a_wrapper_with_a_gradient_of_its_own():
    assert fitted(Subclass(), epochs=9)[0][-1] < fitted(Subclass())[0][0]


def test_a_gradient_set_on_the_object():
    loss = NoGradient()
    loss.gradient = Subclass().gradient
    assert fitted(loss)[0] == fitted(Subclass())[0]


def test_a_gradient_of_another_shape():
    class Wrong(Squares):
        def gradient(self, y_true, y_pred):
            return 2 * (y_pred - y_true).mean(axis=-1)

    with pytest.raises(ValueError, match=r"expected `gradient` to return .* y_pred .*\(8, 2\)"):
        fitted(Wrong())
