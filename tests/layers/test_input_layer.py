"""How a model is told what its samples look like."""

import numpy as np
import pytest

from fastdense import Sequential, layers


@pytest.mark.parametrize("make", [layers.Input, layers.InputLayer])
@pytest.mark.parametrize(("keywords", "shape"), [
    ({"shape": (4,)}, (None, 4)), ({"shape": [2, 3]}, (None, 2, 3)), ({"shape": ()}, (None,)),
    ({"shape": (4,), "batch_size": 8}, (8, 4)), ({"batch_shape": (None, 4)}, (None, 4)),
    ({"batch_shape": (8, 4)}, (8, 4)), ({"shape": (np.int32(4),)}, (None, 4)),
])
def test_shapes(make, keywords, shape):
    layer = make(**keywords)
    assert layer.shape == layer.batch_shape == shape
    assert layer.built and layer.weights == [] and layer.dtype == "float32"


def test_any_batch_is_accepted_all_the_same():
    model = Sequential([layers.Input((2,), batch_size=8), layers.Dense(1)])
    assert model.input_shape == (None, 2)
    assert model.predict(np.zeros((3, 2))).shape == (3, 1)


def test_input_shape_is_the_old_name():
    with pytest.warns(UserWarning, match=r"Argument `input_shape` is deprecated. Use `shape` inst"):
        assert layers.InputLayer(input_shape=(4,)).batch_shape == (None, 4)


@pytest.mark.parametrize(("keywords", "match"), [
    ({}, "pass a `shape` argument"),
    ({"shape": (4,), "batch_shape": (None, 4)}, "cannot pass both `shape` and `batch_shape`"),
    ({"batch_size": 2, "batch_shape": (None, 4)}, "cannot pass both `batch_size` and `batch_shape"),
    ({"shape": (4,), "sparse": True}, "`sparse=True` is not supported"),
    ({"shape": (4,), "ragged": True}, "`ragged=True` is not supported"),
    ({"shape": 4}, r"`shape` to be a tuple of integers. Received: shape=4. Write \(4,\)"),
    ({"shape": (None,)}, r"positive integers. Received: shape=\(None,\)"),
    ({"shape": (0,)}, "positive integers"), ({"shape": (2.0,)}, "positive integers"),
    ({"batch_shape": (None, -1)}, "positive integers"),
])
def test_errors(keywords, match):
    for make in (layers.Input, layers.InputLayer):
        with pytest.raises(ValueError, match=match):
            make(**keywords)


def test_input_tensor():
    with pytest.raises(ValueError, match="Argument `input_tensor` must be a KerasTensor"):
        layers.InputLayer((2,), input_tensor=np.zeros(2))
    with pytest.raises(ValueError, match="Argument `input_tensor` must be a KerasTensor"):
        layers.Input((2,), tensor=np.zeros(2))


def test_config():
    settings = layers.Input((4,), name="in").get_config()
    assert settings == {"batch_shape": (None, 4), "dtype": "float32", "sparse": False,
                        "ragged": False, "name": "in", "optional": False}
    assert layers.InputLayer.from_config(settings).get_config() == settings
