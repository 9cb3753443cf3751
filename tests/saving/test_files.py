import os

import numpy as np
import pytest
from saving.helpers import FORMATS, X, Y, bits, network, train_on, trained

import fastdense as keras
from fastdense import saving

OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5), momentum=0.5),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, momentum=0.9, centered=True),
    "adagrad": lambda: keras.optimizers.Adagrad(0.1, clipnorm=1.0),
    "ema": lambda: keras.optimizers.SGD(0.1, use_ema=True, gradient_accumulation_steps=2),
}


@pytest.fixture(params=FORMATS)
def path(request, tmp_path):
    return str(tmp_path / f"model{request.param}")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_goes_on_as_if_never_saved(path, optimizer):
    model = trained(OPTIMIZERS[optimizer]())
    model.save(path)
    again = keras.models.load_model(path)
    assert bits(again) == bits(model)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert train_on(again) == train_on(model)


def test_everything_is_restored(path):
    model = trained()
    model.layers[0].trainable = False
    model.compile("rmsprop", "sparse_categorical_crossentropy")
    model.fit(X, Y, verbose=0)
    model.save(path)
    again = keras.models.load_model(path)
    assert again.get_config() == model.get_config()
    assert again.get_compile_config() == model.get_compile_config()
    assert not again.layers[0].trainable and again.name == "m"
    assert again.optimizer.get_config() == model.optimizer.get_config()


def test_frozen_after_training(path):
    """The state of an optimizer that was made for other variables is left out, as in Keras."""
    model = trained()
    model.layers[0].trainable = False
    model.save(path)
    with pytest.warns(UserWarning, match="expected 6 variables at optimizer/vars, but received 10"):
        again = keras.models.load_model(path)
    assert bits(again)[:4] == bits(model)[:4]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtypes_and_nesting(path, dtype):
    keras.config.set_floatx(dtype)
    inner = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)], name="inner")
    model = keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(2)])
    model.compile("rmsprop", "mse")
    model.fit(X, X[:, :2], verbose=0)
    model.save(path)
    again = keras.models.load_model(path)
    assert bits(again) == bits(model) and again.dtype == dtype


@pytest.mark.parametrize("compiled", [True, False])
def test_not_compiled(path, compiled):
    model = trained() if compiled else network()
    model.save(path)
    again = keras.models.load_model(path, compile=False)
    assert not again.compiled
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_compiled_and_not_trained(path):
    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.optimizer.learning_rate = 0.5
    model.save(path)
    again = keras.models.load_model(path)
    assert float(again.optimizer.learning_rate) == 0.5 and not again.optimizer.built
    assert train_on(again) == train_on(model)


def test_not_built(path):
    model = keras.Sequential([keras.layers.Dense(3)])
    with pytest.warns(UserWarning, match="not yet been built"):
        model.save(path)
    assert not keras.models.load_model(path).built


def scaled_error(y_true, y_pred):
    return np.mean(np.square(y_true - y_pred), axis=-1)


def test_objects_of_the_user(path):
    class Wide(keras.layers.Dense):
        pass

    model = keras.Sequential([keras.Input((4,)), Wide(2)])
    model.compile("sgd", "mse", metrics=[scaled_error])
    model.fit(X, X[:, :2], verbose=0)
    model.save(path)
    with pytest.raises(ValueError, match="Wide"):
        keras.models.load_model(path)
    again = keras.models.load_model(path, {"Wide": Wide, "scaled_error": scaled_error})
    assert bits(again) == bits(model) and type(again.layers[0]) is Wide
    assert again.evaluate(X, X[:, :2], verbose=0) == model.evaluate(X, X[:, :2], verbose=0)


def test_what_cannot_be_described_is_left_out(path):
    model = network()
    model.compile("sgd", "mse", metrics=[lambda a, b: b])
    with pytest.warns(UserWarning, match=r"compile\(\) are not saved: .*lambda"):
        model.save(path)
    assert not keras.models.load_model(path).compiled


# -- weights alone ---------------------------------------------------------------------------------

WEIGHTS = (".weights.h5", ".safetensors")


@pytest.mark.parametrize("ending", [*WEIGHTS, ".keras"])
def test_weights(tmp_path, ending):
    model = trained()
    path = tmp_path / f"w{ending}"
    (model.save if ending == ".keras" else model.save_weights)(path)
    plain = network()
    plain.load_weights(path)
    np.testing.assert_array_equal(plain.predict(X), model.predict(X))
    compiled = network()
    compiled.compile(keras.optimizers.RMSprop(0.5, momentum=0.9),
                     "sparse_categorical_crossentropy")
    compiled.load_weights(path)
    assert bits(compiled) == bits(model)


@pytest.mark.parametrize("ending", WEIGHTS)
def test_another_optimizer_is_left_alone(tmp_path, ending):
    trained().save_weights(tmp_path / f"w{ending}")
    model = trained(keras.optimizers.SGD(0.5))
    before = bits(model)[len(model.weights):]
    with pytest.warns(UserWarning, match=r"'sgd\w*' expected 2 variables"):
        model.load_weights(tmp_path / f"w{ending}")
    assert bits(model)[len(model.weights):] == before


@pytest.mark.parametrize("ending", WEIGHTS)
def test_mismatch(tmp_path, ending):
    path = tmp_path / f"w{ending}"
    trained().save_weights(path)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5), keras.layers.Dense(7)])
    before = bits(other)
    with pytest.raises(ValueError, match="must match"):
        other.load_weights(path)
    assert bits(other) == before
    with pytest.warns(UserWarning, match="1 objects could not be loaded"):
        other.load_weights(path, skip_mismatch=True)
    assert bits(other)[:2] == bits(trained())[:2] and bits(other)[2:] == before[2:]
    deep = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(n) for n in (5, 3, 2))])
    with pytest.raises(ValueError, match="received 0 variables"):
        deep.load_weights(path)


# -- arguments -------------------------------------------------------------------------------------


def test_overwrite(path):
    model = network()
    model.save(path, overwrite=False)  # there is nothing yet
    with pytest.raises(ValueError, match="exists already"):
        model.save(path, overwrite=False)
    model.save(path, overwrite=True)
    weights = path + ".weights.h5"
    model.save_weights(weights, overwrite=False)
    with pytest.raises(ValueError, match="exists already"):
        model.save_weights(weights, overwrite=False)


@pytest.mark.parametrize(("call", "message"), [
    (lambda m: m.save("m.h5"), "Invalid filepath extension for saving"),
    (lambda m: m.save("m"), "Please add either a `.keras` extension"),
    (lambda m: m.save("m.keras", zipped=False), "Invalid filepath extension"),
    (lambda m: m.save("m.keras", save_format="tf"), "The `save_format` argument is deprecated"),
    (lambda m: m.save("m.keras", foo=1), r"argument\(s\) are not supported"),
    (lambda m: m.save(3), "Invalid filepath"),
    (lambda m: m.save_weights("w.h5"), "The filename must end in `.weights.h5`"),
    (lambda m: m.save_weights("w.weights.h5", max_shard_size=1), "max_shard_size=None"),
    (lambda m: m.load_weights("w.txt"), "File format not supported"),
    (lambda m: m.load_weights("w.h5", by_name=True), "Invalid keyword arguments"),
    (lambda m: saving.load_model("m.txt"), "File format not supported"),
    (lambda m: saving.load_model("none.keras"), "File not found: filepath=none.keras"),
    (lambda m: keras.Sequential([keras.layers.Dense(1)]).save_weights("w.weights.h5"),
     "has not yet been built"),
    (lambda m: keras.Sequential([keras.layers.Dense(1)]).load_weights("w.weights.h5"),
     "has not yet been built"),
])
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(network())


def test_missing(tmp_path, path):
    with pytest.raises(FileNotFoundError):
        network().load_weights(tmp_path / "none.weights.h5")
    with pytest.raises(FileNotFoundError, match=r"the folder .* does not exist"):
        network().save(os.path.join(os.path.dirname(path), "no", os.path.basename(path)))


def test_arrays_without_a_model(tmp_path):
    trained().save_weights(tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="no description of a model"):
        keras.models.load_model(tmp_path / "w.safetensors")


@pytest.mark.parametrize(("package", "ending", "extra"), [
    ("h5py", ".keras", "keras"), ("safetensors", ".safetensors", "safetensors")])
def test_missing_package(tmp_path, monkeypatch, package, ending, extra):
    path = tmp_path / f"m{ending}"
    trained().save(path)
    old = path.read_bytes()
    monkeypatch.setitem(__import__("sys").modules, package, None)
    monkeypatch.setitem(__import__("sys").modules, "safetensors.numpy", None)
    with pytest.raises(ImportError, match=rf"fastdense\[{extra}\]"):
        network().save(path)
    with pytest.raises((ImportError, ValueError), match=rf"fastdense\[{extra}\]"):
        keras.models.load_model(path)
    assert os.listdir(tmp_path) == [path.name] and path.read_bytes() == old


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_file(path, monkeypatch, step):
    model = trained()
    model.save(path)
    with open(path, "rb") as file:
        old = file.read()
    model.fit(X, Y, verbose=0)

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="disk full"):
        model.save(path)
    with open(path, "rb") as file:
        assert file.read() == old
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
