import io

import numpy as np
import pytest
from saving.helpers import X, network, trained

import fastdense as keras
from fastdense.saving import legacy, weights

h5py = pytest.importorskip("h5py")


def old_file(layers, root="model_weights/", suffix=":0"):
    """Bytes as Keras 2 laid them out: name of the layer -> arrays by name."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for layer, arrays in layers.items():
            group = file.create_group(f"{root}{layer}")
            for name, array in arrays.items():
                group[f"m/{layer}/{name}{suffix}"] = array
    return buffer.getvalue()


def stored(model, names):
    dense = [layer for layer in model.layers if layer.weights]
    return {name: {"kernel": layer.kernel.numpy(), "bias": layer.bias.numpy()}
            for name, layer in zip(names, dense, strict=True)}


@pytest.mark.parametrize("root", ["model_weights/", ""])
@pytest.mark.parametrize("suffix", [":0", ""])
@pytest.mark.parametrize("names", [("dense_9", "dense_10"), ("dense", "dense_1"), None])
def test_weights_by_name_or_number(tmp_path, names, root, suffix):
    model, other = trained(), network()
    own = [layer.name for layer in other.layers if layer.weights]
    data = old_file(stored(model, names or own) | {"flatten": {}}, root, suffix)
    (tmp_path / "old.h5").write_bytes(data)
    other.load_weights(tmp_path / "old.h5")
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_names_go_before_numbers(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="dense_2"),
                              keras.layers.Dense(4, name="dense_1")])
    before = model.predict(X)
    (tmp_path / "old.h5").write_bytes(old_file(stored(model, ("dense_2", "dense_1"))))
    model.set_weights([w + 1 for w in model.get_weights()])
    model.load_weights(tmp_path / "old.h5")
    np.testing.assert_array_equal(model.predict(X), before)


@pytest.mark.parametrize("layers", [
    {}, {"dense": {"kernel": np.ones((4, 5))}},
    {"other": {"kernel": np.ones((4, 5))}, "another": {"kernel": np.ones((4, 5))}},
    {"dense": {"bias": np.ones(5)}, "dense_1": {"kernel": np.ones((5, 3))}},
])
def test_misfits(tmp_path, layers):
    (tmp_path / "old.hdf5").write_bytes(old_file(layers))
    with pytest.raises(ValueError, match=r"has no layer|expected 2 variables"):
        network().load_weights(tmp_path / "old.hdf5")


def test_names_it_returns():
    model = trained()
    arrays = legacy.read(old_file(stored(model, ("dense", "dense_1"))), "it", weights.groups(model))
    assert sorted(arrays) == [f"layers/dense{n}/vars/{i}" for n in ("", "_1") for i in (0, 1)]


def test_the_model_itself_is_not_taken(tmp_path):
    (tmp_path / "old.h5").write_bytes(old_file({}))
    with pytest.raises(ValueError, match="make the model and call `load_weights`"):
        keras.models.load_model(tmp_path / "old.h5")
