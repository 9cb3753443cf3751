"""Defaults: what they are at first, what they accept, who follows them."""

import numpy as np
import pytest

from fastdense import config, layers


@pytest.fixture(autouse=True)
def put_back():
    yield
    config.set_epsilon(1e-7)
    config.set_image_data_format("channels_last")


def test_first_values():
    assert config.floatx() == "float32"
    assert config.epsilon() == 1e-7
    assert config.image_data_format() == "channels_last"


def test_floatx_is_the_dtype_of_new_layers():
    before = layers.Dense(1)
    config.set_floatx("float64")
    assert (before.dtype, layers.Dense(1).dtype) == ("float32", "float64")


@pytest.mark.parametrize("wrong", ["float16", "f4", "int32", None, 32, np.float32])
def test_unknown_floatx(wrong):
    with pytest.raises(ValueError, match=r"Unknown `floatx` value: .*'float32', 'float64'"):
        config.set_floatx(wrong)
    assert config.floatx() == "float32"


def test_epsilon():
    config.set_epsilon(1)
    assert config.epsilon() == 1.0 and type(config.epsilon()) is float
    with pytest.raises(ValueError, match="could not convert"):
        config.set_epsilon("small")


@pytest.mark.parametrize("order", ["channels_first", "channels_last", "Channels_First"])
def test_image_data_format(order):
    config.set_image_data_format(order)
    assert config.image_data_format() == order.lower()


@pytest.mark.parametrize("wrong", ["first", None, 3])
def test_unknown_image_data_format(wrong):
    with pytest.raises(ValueError, match="`data_format` argument must be one of"):
        config.set_image_data_format(wrong)
    assert config.image_data_format() == "channels_last"
