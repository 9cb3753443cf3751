"""The base class of initializers."""

import numpy as np
import pytest

from fastdense import config
from fastdense.initializers import Initializer
from fastdense.initializers.base import dtype_or_floatx


def test_subclass_must_define_call():
    with pytest.raises(NotImplementedError, match="must implement the"):
        Initializer()((2,))


def test_config_and_clone():
    class Fill(Initializer):
        def __init__(self, value=1.0):
            self.value = value

        def __call__(self, shape, dtype=None):
            return np.full(shape, self.value, dtype)

        def get_config(self):
            return {"value": self.value}

    clone = Fill(3.0).clone()
    assert type(clone) is Fill and clone.value == 3.0
    assert Initializer().get_config() == {}


def test_dtype_or_floatx():
    assert dtype_or_floatx("float64") == np.float64
    assert dtype_or_floatx(None) == np.float32
    config.set_floatx("float64")
    try:
        assert dtype_or_floatx(None) == np.float64
    finally:
        config.set_floatx("float32")
