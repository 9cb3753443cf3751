"""Identity and ActivityRegularization: what stays, what joins the loss."""

import numpy as np
import pytest

from fastdense import Sequential, layers


def test_identity_alone_and_in_a_model(rng):
    x = rng.standard_normal((3, 4)).astype("f4")
    np.testing.assert_array_equal(layers.Identity()(x), x)
    np.testing.assert_array_equal(
        Sequential([layers.Input((4,)), layers.Identity()]).predict(x), x)


@pytest.mark.parametrize("n", [1, 7])
def test_penalty_joins_the_loss(rng, n):
    x = rng.standard_normal((n, 4)).astype("f4")
    model = Sequential([layers.Input((4,)), layers.ActivityRegularization(l1=0.1, l2=0.2)])
    model.compile("sgd", "mse")
    expected = (0.1 * np.abs(x).sum() + 0.2 * (x * x).sum()) / n
    np.testing.assert_allclose(model.evaluate(x, x, verbose=0), expected, rtol=1e-6)


def test_config():
    settings = layers.ActivityRegularization(l1=0.1).get_config()
    assert "activity_regularizer" not in settings and settings["l1"] == 0.1
    again = layers.ActivityRegularization.from_config(settings)
    assert again.activity_regularizer.l1 == 0.1 and again.get_config() == settings
