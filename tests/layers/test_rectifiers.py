"""ReLU, LeakyReLU and ELU as layers: arguments, values, in a model, config."""

import numpy as np
import pytest

from fastdense import Sequential, activations, layers

CASES = [
    (layers.ReLU, {}, activations.relu, {}),
    (layers.ReLU, {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.3}, activations.relu,
     {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.3}),
    (layers.LeakyReLU, {}, activations.leaky_relu, {"negative_slope": 0.3}),
    (layers.LeakyReLU, {"negative_slope": 0.1}, activations.leaky_relu, {"negative_slope": 0.1}),
    (layers.ELU, {}, activations.elu, {}),
    (layers.ELU, {"alpha": 0.5}, activations.elu, {"alpha": 0.5}),
]


@pytest.mark.parametrize(("layer", "arguments", "function", "options"), CASES)
def test_values_alone_and_in_a_model(rng, layer, arguments, function, options):
    x = rng.standard_normal((5, 3, 4)).astype("f4")
    expected = function(x, **options)
    one = layer(**arguments)
    assert one.built
    np.testing.assert_array_equal(one(x), expected)
    np.testing.assert_array_equal(Sequential([layers.Input((3, 4)), one]).predict(x), expected)


@pytest.mark.parametrize(("layer", "arguments", "function", "options"), CASES)
def test_config(layer, arguments, function, options):
    one = layer(**arguments, name="r")
    settings = one.get_config()
    assert settings.items() >= arguments.items()
    assert layer.from_config(settings).get_config() == settings


@pytest.mark.parametrize(("make", "match"), [
    (lambda: layers.ReLU(max_value=-1), "max_value of a ReLU layer cannot be a negative value"),
    (lambda: layers.ReLU(negative_slope=None), "negative_slope of a ReLU layer cannot be None or"),
    (lambda: layers.ReLU(threshold=-1), "threshold of a ReLU layer cannot be None or a negative"),
    (lambda: layers.LeakyReLU(-0.1),
     "The negative_slope value of a Leaky ReLU layer cannot be None or negative value"),
    (lambda: layers.ELU(alpha="x"), "alpha of an ELU layer"),
])
def test_wrong_arguments(make, match):
    with pytest.raises(ValueError, match=match):
        make()


def test_alpha_of_keras_2():
    with pytest.warns(UserWarning, match="Use `negative_slope` instead"):
        assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1
