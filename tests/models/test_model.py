"""The base class of models: what it lets through and what it refuses."""

import pytest

import fastdense as keras


def test_sequentials_are_models():
    model = keras.Sequential([keras.layers.Dense(1)])
    assert isinstance(model, keras.Model) and isinstance(model, keras.Layer)
    assert keras.models.Model is keras.Model and keras.models.Sequential is keras.Sequential


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)


@pytest.mark.parametrize("make", [
    Own, keras.Model, lambda: keras.Model(keras.Input((2,)), keras.Input((2,))),
    lambda: keras.Model(inputs=[], outputs=[], name="m"),
])
def test_other_models_are_refused(make):
    with pytest.raises(NotImplementedError, match=r"no automatic differentiation. Make a `Sequent"):
        make()


def test_subclass_of_sequential():
    class Net(keras.Sequential):
        def __init__(self, units):
            super().__init__([keras.Input((2,)), keras.layers.Dense(units)])

    assert Net(3).output_shape == (None, 3)
