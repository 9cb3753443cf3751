"""Forward passes: one row, a batch, ten thousand rows."""

from __future__ import annotations

import pytest
import work
from keras_program import compiled_model

import fastdense

NET = work.Net((784, 512, 10), 128, 10_000)


@pytest.fixture(scope="module")
def model_and_rows():
    return compiled_model(fastdense, NET), work.data(NET)[0]


@pytest.mark.parametrize("rows", [1, 32, 10_000])
@pytest.mark.parametrize("method", ["predict", "predict_on_batch", "__call__"])
def test_forward(measure, model_and_rows, method, rows):
    model, x = model_and_rows
    x, weights = x[:rows], model.get_weights()
    options = {"verbose": 0} if method == "predict" else {}
    function = getattr(model, method)
    measure(lambda: function(x, **options), flops=rows * work.forward_flops(NET),
            numpy=lambda: work.forward(NET, weights, x))
