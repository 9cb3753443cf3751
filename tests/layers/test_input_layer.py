"""How a model is told what its samples look like."""

import numpy as np
import pytest

from fastdense import Sequential, layers


@pytest.mark.parametrize(("keywords", "shape"), [
    ({"shape": (4,)}, (None, 4)), ({"shape": [2, 3]}, (None, 2, 3)), ({"shape": ()}, (None,)),
    ({"shape": (4,), "batch_size": 8}, (8, 4)), ({"batch_shape": (None, 4)}, (None, 4)),
    ({"batch_shape": (8, 4)}, (8, 4)), ({"shape": (np.int32(4),)}, (None, 4)),
    ({"shape": (None, 4)}, (None, None, 4)),
])
def test_shapes(keywords, shape):
    layer, tensor = layers.InputLayer(**keywords), layers.Input(**keywords)
    assert layer.batch_shape == layer.output.shape == tensor.shape == shape
    assert layer.built and layer.weights == []
    assert layer.dtype == tensor.dtype == "float32"
    assert tensor.input_layer.output is tensor


def test_any_batch_is_accepted_all_the_same():
    model = Sequential([layers.Input((2,), batch_size=8), layers.Dense(1)])
    assert (model.input_shape, model.output_shape) == ((8, 2), (8, 1))
    assert model.predict(np.zeros((3, 2))).shape == (3, 1)


@pytest.mark.parametrize("dtype", ["uint8", np.float64, "int32"])
def test_dtype_is_of_what_comes_not_of_the_model(dtype):
    tensor = layers.Input((2,), dtype=dtype)
    assert tensor.dtype == np.dtype(dtype).name
    assert Sequential([tensor, layers.Dense(1)]).predict(np.zeros((3, 2))).dtype == "float32"
    with pytest.raises(ValueError, match="Invalid dtype: 'foo'"):
        layers.Input((2,), dtype="foo")


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


def test_input_tensor_is_taken_over():
    tensor = layers.Input((2,), dtype="float64", name="x")
    assert layers.Input(tensor=tensor) is tensor
    layer = layers.InputLayer(input_tensor=tensor)
    assert layer.batch_shape == (None, 2) and layer.dtype == "float64" and layer.output is tensor


def test_config():
    settings = layers.InputLayer((4,), name="in").get_config()
    assert settings == {"batch_shape": (None, 4), "dtype": "float32", "sparse": False,
                        "ragged": False, "name": "in", "optional": False}
    assert layers.InputLayer.from_config(settings).get_config() == settings
