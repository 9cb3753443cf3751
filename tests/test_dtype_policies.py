"""Identifiers of dtype policies."""

import json

import numpy as np
import pytest

import fastdense as keras
from fastdense import dtype_policies
from fastdense.dtype_policies import DTypePolicy


@pytest.mark.parametrize("identifier", [
    "float64", DTypePolicy("float64"), np.float64, np.dtype("float64"), float,
    {"class_name": "DTypePolicy", "config": {"name": "float64"}},
    dtype_policies.serialize(DTypePolicy("float64")),
])
def test_get(identifier):
    assert dtype_policies.get(identifier) == DTypePolicy("float64")
    assert keras.layers.Dense(2, dtype=identifier).dtype == "float64"


def test_none_is_the_default():
    assert dtype_policies.get(None) == DTypePolicy("float32")


@pytest.mark.parametrize("identifier", [3, 3.5, ["float32"]])
def test_unknown(identifier):
    with pytest.raises(ValueError, match="Cannot interpret `dtype` argument"):
        dtype_policies.get(identifier)


@pytest.mark.parametrize("identifier", ["foo", np.int32, "mixed_float16"])
def test_other_dtypes(identifier):
    with pytest.raises(ValueError, match="to a DTypePolicy"):
        keras.layers.Dense(2, dtype=identifier)


def test_quantized_policies_are_refused():
    with pytest.raises(ValueError, match="no quantized policies"):
        dtype_policies.get({"class_name": "QuantizedDTypePolicy", "config": {}})


def test_written_as_keras_writes_it():
    config = json.loads(json.dumps(dtype_policies.serialize(DTypePolicy("float64"))))
    assert config == {"module": "keras", "class_name": "DTypePolicy",
                      "config": {"name": "float64"}, "registered_name": None}
    assert dtype_policies.deserialize(config) == DTypePolicy("float64")
