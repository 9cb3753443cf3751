"""Softmax along axes (values: test_parity.py): trained on its logits, refused on the batch."""

import numpy as np
import pytest

from fastdense import Sequential, layers


def test_last_of_a_classifier(rng):
    """As the last layer it is seen through by the loss, as the activation of Dense is."""
    x, labels = rng.standard_normal((40, 5)).astype("f4") * 50, rng.integers(0, 3, 40)
    losses = []
    for head in ([layers.Dense(3, activation="softmax")], [layers.Dense(3), layers.Softmax()]):
        model = Sequential([layers.Input((5,)), *head])
        model.set_weights([np.ones((5, 3)) * [1, 2, 3], np.zeros(3)])
        model.compile("sgd", "sparse_categorical_crossentropy")
        losses.append(model.fit(x, labels, epochs=3, shuffle=False, verbose=0).history["loss"])
    assert losses[0] == losses[1]


@pytest.mark.parametrize(("axis", "match"), [(0, "other than the batch's"), (3, "out of bounds")])
def test_wrong_axes(axis, match):
    with pytest.raises(ValueError, match=match):
        layers.Softmax(axis=axis)(np.zeros((2, 3, 4)))


def test_config():
    settings = layers.Softmax(axis=[1, 2]).get_config()
    assert settings["axis"] == [1, 2]
    assert layers.Softmax.from_config(settings).get_config() == settings
