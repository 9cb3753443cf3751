"""Saving while training: as Keras, case by case, and the calls in a real fit."""

import numpy as np
import pytest
from callback_driver import golden_cases

import fastdense as keras
from fastdense.callbacks import CallbackList, ModelCheckpoint


@pytest.mark.parametrize("case", golden_cases("ModelCheckpoint"),
                         ids=lambda case: str(case["options"]))
def test_as_keras(case, replay):
    assert replay(case) == case["events"]


class Saved(keras.Sequential):
    """Writes down what is saved instead of saving it."""

    def save(self, filepath, overwrite=False):
        self.files.append((filepath, overwrite, self.get_weights()[0].copy()))

    save_weights = save


@pytest.fixture
def model():
    model = Saved([keras.layers.Dense(1, kernel_initializer="zeros")])
    model.files = []
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def fit(model, *callbacks, epochs=3):
    x = np.linspace(-1, 1, 10).reshape(10, 1)
    return model.fit(x, x, batch_size=4, epochs=epochs, shuffle=False, verbose=0,
                     validation_data=(x, x), callbacks=callbacks)


def test_every_epoch(model):
    history = fit(model, ModelCheckpoint("a/b/{epoch:02d}-{val_loss:.2f}.keras")).history
    assert [(path, over) for path, over, _ in model.files] == [
        (f"a/b/{i + 1:02d}-{loss:.2f}.keras", True) for i, loss in enumerate(history["val_loss"])]
    np.testing.assert_array_equal(model.files[-1][2], model.get_weights()[0])


def test_every_two_batches(model):
    fit(model, ModelCheckpoint("{epoch}-{batch}.weights.h5", save_weights_only=True, save_freq=2))
    assert [path for path, _, _ in model.files] == [
        "1-2.weights.h5", "2-1.weights.h5", "2-3.weights.h5", "3-2.weights.h5"]
    weights = [float(w[0, 0]) for _, _, w in model.files]
    assert weights == sorted(set(weights))  # those of the moment, each nearer to 1


def test_best_by_batches_with_auto_mode(model):
    best = ModelCheckpoint("best.keras", "loss", save_best_only=True, save_freq=1)
    losses = []
    fit(model, keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: losses.append(logs["loss"])), best)
    assert len(model.files) == sum(
        loss < min(losses[:i], default=np.inf) for i, loss in enumerate(losses)) > 1
    assert best.best == min(losses)


def test_epochs_do_not_slow_batches_down():
    def listens(**options):
        return CallbackList([ModelCheckpoint("a.keras", **options)]).listens_to_train_batches

    assert not listens()
    assert listens(save_freq=10)

    class Mine(ModelCheckpoint):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)

    assert CallbackList([Mine("a.keras")]).listens_to_train_batches


@pytest.mark.parametrize(("options", "message"), [
    ({"filepath": "model"}, "The filepath provided must end in `.keras`"),
    ({"filepath": "w.keras", "save_weights_only": True}, "must end in `.weights.h5`"),
    ({"filepath": "a.keras", "save_freq": "batch"}, "Unrecognized save_freq: batch"),
    ({"filepath": "a.keras", "save_freq": 0}, "Unrecognized save_freq: 0"),
])
def test_bad_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        ModelCheckpoint(**options)


def test_an_unknown_field(model):
    with pytest.raises(KeyError, match=r"Failed to format this callback filepath: .*acc.* is not "
                                       r"among epoch, loss, val_loss"):
        fit(model, ModelCheckpoint("{acc}.keras"))


def test_a_folder_in_the_way(model, tmp_path):
    (tmp_path / "a.keras").mkdir()
    with pytest.raises(OSError, match="Please specify a non-directory filepath"):
        fit(model, ModelCheckpoint(tmp_path / "a.keras"))


def test_missing_monitor_warns_and_saves(model):
    with pytest.warns(UserWarning, match="Can save best model only with val_nope available"):
        fit(model, ModelCheckpoint("a.keras", "val_nope", mode="min", save_best_only=True),
            epochs=1)
    assert len(model.files) == 1


def test_a_monitor_that_is_no_number(model):
    checkpoint = ModelCheckpoint("a.keras", "x", mode="min", save_best_only=True)
    checkpoint.set_model(model)
    model.build((None, 1))
    with pytest.warns(UserWarning, match="only when `monitor` is a scalar value"):
        checkpoint.on_epoch_end(0, {"x": np.ones(2)})
    assert len(model.files) == 1


# -- real files ------------------------------------------------------------------------------------


def started():
    keras.utils.set_random_seed(2)
    model = keras.Sequential([
        keras.Input((1,)), keras.layers.Dense(4), keras.layers.BatchNormalization(),
        keras.layers.LayerNormalization(), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse", metrics=["mae"])
    return model


def test_files_are_whole_models(tmp_path):
    """Each predicts what the model predicted then, and trains on to the same bits."""
    pytest.importorskip("h5py")
    model, outputs, x = started(), [], np.linspace(-1, 1, 10).reshape(10, 1)
    note = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: outputs.append(model.predict(x, verbose=0)))
    fit(model, note, ModelCheckpoint(tmp_path / "{epoch}.keras"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras", "3.keras"]
    for epoch, expected in enumerate(outputs):
        loaded = keras.models.load_model(tmp_path / f"{epoch + 1}.keras")
        np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
        assert int(loaded.optimizer.iterations) == 3 * (epoch + 1)
    assert fit(loaded).history == fit(model).history
    for a, b in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_best_weights_come_back(tmp_path):
    pytest.importorskip("h5py")
    model, path = started(), str(tmp_path / "best.weights.h5")
    best = ModelCheckpoint(path, monitor="val_mae", save_best_only=True, save_weights_only=True)
    history = fit(model, best, epochs=8).history["val_mae"]
    other = started()
    other.load_weights(path)
    x = np.linspace(-1, 1, 10).reshape(10, 1)
    assert other.evaluate(x, x, verbose=0)[1] == min(history)
    fit(model, ModelCheckpoint(path, save_weights_only=True, initial_value_threshold=-1.0,
                               save_best_only=True))
    assert other.evaluate(x, x, verbose=0)[1] == min(history)  # the file is as it was
