"""The progress bars of tqdm, with Keras not installed."""

import importlib.util
import io
import sys

import numpy as np
import pytest

import fastdense as keras
from fastdense.callbacks import Callback, CallbackList, TqdmCallback, tqdm_callback


@pytest.fixture(autouse=True)
def loaded_anew():
    tqdm_callback._tqdm_keras.cache_clear()
    yield
    tqdm_callback._tqdm_keras.cache_clear()


def fit(callback, epochs=3):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((20, 2)), np.ones(20), batch_size=4, epochs=epochs, verbose=0,
              callbacks=[callback])


@pytest.mark.parametrize("verbose", [0, 1, 2])
def test_bars(verbose):
    output = io.StringIO()
    fit(TqdmCallback(verbose=verbose, file=output, mininterval=0, miniters=1))
    text = output.getvalue()
    assert "3/3" in text and "epoch/s" in text and "loss=" in text
    every = {0: 0, 1: 3, 2: 3}[verbose]  # epochs in which every batch is shown
    assert [text.count(f" {batch}.00/5.00 ") for batch in (1, 2, 3, 4)] == [every] * 4


def test_only_the_bar_of_batches_wants_every_batch():
    options = {"file": io.StringIO()}
    assert not CallbackList([TqdmCallback(verbose=0, **options)]).listens_to_train_batches
    bars = TqdmCallback(verbose=1, **options)
    assert CallbackList([bars]).listens_to_train_batches
    bars.batch_bar.close()


@pytest.mark.parametrize("there", [False, True])
def test_keras_is_left_alone(monkeypatch, there):
    real = object()
    monkeypatch.delitem(sys.modules, "tqdm.keras", raising=False)
    if there:
        monkeypatch.setitem(sys.modules, "keras", real)
    else:
        monkeypatch.delitem(sys.modules, "keras", raising=False)
    assert isinstance(TqdmCallback(verbose=0, file=io.StringIO()), Callback)
    assert sys.modules.get("keras") is (real if there else None)
    assert "tqdm.keras" not in sys.modules


def test_tqdm_keras_itself_with_ours_as_keras(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.delitem(sys.modules, "tqdm.keras", raising=False)
    from tqdm.keras import TqdmCallback as Unchanged

    output = io.StringIO()
    fit(Unchanged(file=output))
    assert "3/3" in output.getvalue()
    monkeypatch.delitem(sys.modules, "tqdm.keras")


@pytest.mark.parametrize("error", [ModuleNotFoundError("No module named 'tqdm'"), None])
def test_without_tqdm(monkeypatch, error):
    def find_spec(name):
        if error:
            raise error

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    with pytest.raises(ImportError, match=r"TqdmCallback needs tqdm.*pip install tqdm"):
        TqdmCallback()
