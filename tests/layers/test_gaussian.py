"""GaussianNoise and GaussianDropout: mean, deviation, arguments, config."""

import numpy as np
import pytest

from fastdense import layers


@pytest.mark.parametrize(("layer", "x", "deviation"), [
    (layers.GaussianNoise(0.3, seed=2), 2.0, 0.3),
    (layers.GaussianDropout(0.2, seed=2), 2.0, 1.0)])
def test_moments(layer, x, deviation):
    out = layer(np.full((500, 40), x), training=True).astype("f8")
    assert abs(out.mean() - x) < 5 * deviation / np.sqrt(out.size)
    assert abs(out.std() - deviation) < 5 * deviation / np.sqrt(2 * out.size)


def test_rate_of_one():
    with pytest.raises(ValueError, match="GaussianDropout: expected a rate below 1"):
        layers.GaussianDropout(1)


@pytest.mark.parametrize(("kind", "argument"), [
    (layers.GaussianNoise, "stddev"), (layers.GaussianDropout, "rate")])
def test_config(kind, argument):
    settings = kind(0.5, seed=4).get_config()
    assert (settings[argument], settings["seed"]) == (0.5, 4)
    assert kind.from_config(settings).get_config() == settings
