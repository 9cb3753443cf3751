"""A shape and a dtype without numbers."""

import copy
import pickle

import numpy as np
import pytest

import fastdense as keras


def test_what_it_knows():
    tensor = keras.KerasTensor((None, 3), "float64", name="x")
    assert (tensor.shape, tensor.dtype, tensor.name, tensor.ndim) == ((None, 3), "float64", "x", 2)
    assert not tensor.sparse and not tensor.ragged
    assert repr(tensor) == (
        "<KerasTensor shape=(None, 3), dtype=float64, sparse=False, ragged=False, name=x>")


def test_names():
    keras.utils.clear_session()
    assert [keras.KerasTensor((3,)).name for _ in range(2)] == ["keras_tensor", "keras_tensor_1"]


@pytest.mark.parametrize("what", ["sparse", "ragged"])
def test_refused(what):
    with pytest.raises(ValueError, match=f"`{what}=True` is not supported"):
        keras.KerasTensor((3,), **{what: True})


@pytest.mark.parametrize("use", [
    np.asarray, keras.layers.Dense(2), keras.layers.Flatten(), keras.ops.relu,
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),
])
def test_it_is_not_an_array(use):
    with pytest.raises(ValueError, match=r"A KerasTensor is symbolic.*put layers into a Sequ"):
        use(keras.Input((3,)))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_copies(duplicate):
    tensor = keras.Input((3,), name="x")
    again = duplicate(tensor)
    assert repr(again) == repr(tensor)
    assert keras.Sequential([again, keras.layers.Dense(2)]).input_shape == (None, 3)
