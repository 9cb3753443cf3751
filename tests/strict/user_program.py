"""A program as a user writes it, for `mypy --strict`: the book's chapter, and parts of one's own.

Checked, not run: tests/test_typing.py. What matters of the results is asserted to have a type.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import assert_type

import fastdense as keras
from fastdense import callbacks, initializers, layers, losses, metrics, optimizers, regularizers
from fastdense.datasets import mnist
from fastdense.models import Sequential
from fastdense.utils import to_categorical

# -- the book's chapter ----------------------------------------------------------------------------


def read_digits() -> tuple[NDArray[Any], NDArray[Any]]:
    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()
    print(train_images.shape, len(test_labels), test_images.dtype)
    return train_images.reshape((60000, 784)).astype("float32") / 255, to_categorical(train_labels)


def book() -> None:
    images, labels = read_digits()
    network = Sequential()
    network.add(layers.Dense(512, activation="relu", input_shape=(28 * 28,)))
    network.add(layers.Dense(10, activation="softmax"))
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    network.fit(images, labels, epochs=5, batch_size=128)
    test_loss, test_acc = network.evaluate(images, labels)
    print("test_acc:", test_acc, test_loss)


# -- results ---------------------------------------------------------------------------------------


def results(model: keras.Sequential, x: NDArray[np.float32], y: NDArray[np.int64]) -> float:
    history = model.fit(
        x, y, epochs=2, validation_split=0.1, verbose=0, class_weight={0: 2.0},
        callbacks=[callbacks.EarlyStopping(patience=2), callbacks.CSVLogger(Path("log.csv"))])
    assert_type(history, callbacks.History)
    assert_type(history.history, dict[str, list[float]])
    assert_type(history.epoch, list[int])
    assert_type(model.predict(x), NDArray[Any])
    assert_type(model.predict_on_batch(x), NDArray[Any])
    assert_type(model(x, training=True), NDArray[Any])
    assert_type(model.evaluate(x, y, return_dict=True), dict[str, float])
    assert_type(model.train_on_batch(x, y, return_dict=True), dict[str, float])
    assert_type(model.layers, list[keras.Layer])
    assert_type(model.weights, list[keras.Variable])
    assert_type(model.get_weights(), list[NDArray[Any]])
    assert_type(model.layers[0].get_weights(), list[NDArray[Any]])
    assert_type(model.get_layer("head"), keras.Layer)
    assert_type(model.metrics_names, list[str])
    assert_type(model.count_params(), int)
    assert_type(model.to_json(), str)
    model.set_weights([2 * w for w in model.get_weights()])
    probabilities = model.predict(x).mean(axis=0)
    best: int = int(np.argmax(probabilities))
    return best + sum(history.history["val_loss"])


def files(model: Sequential, folder: Path) -> Sequential:
    model.save(folder / "model.keras")
    model.save_weights("model.weights.h5")
    model.load_weights(folder / "model.weights.h5", skip_mismatch=True)
    loaded = keras.models.load_model(folder / "model.keras", custom_objects={"Doubled": Doubled})
    assert_type(loaded, Sequential)
    return keras.models.clone_model(loaded)


# -- parts of one's own ----------------------------------------------------------------------------


@keras.saving.register_keras_serializable(package="mine")
class Doubled(layers.Dense):
    def __init__(self, units: int, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.factor = factor

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.kernel.assign(self.factor * self.kernel.numpy())

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class Scale(layers.Layer):
    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.scale = self.add_weight(shape=(1,), initializer="ones", name="scale")
        self.built = True

    def call(self, inputs: NDArray[Any], training: bool | None = None) -> NDArray[Any]:
        return inputs * self.scale.value

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape


class Quartic(losses.Loss):
    def call(self, y_true: NDArray[Any], y_pred: NDArray[Any]) -> NDArray[Any]:
        mean: NDArray[Any] = np.mean((y_pred - y_true) ** 4, axis=-1)
        return mean

    def gradient(self, y_true: NDArray[Any], y_pred: NDArray[Any]) -> NDArray[Any]:
        gradient: NDArray[Any] = 4 * (y_pred - y_true) ** 3 / y_pred.shape[-1]
        return gradient


class LargestError(metrics.Metric):
    def __init__(self, name: str = "largest_error") -> None:
        super().__init__(name=name)
        self.largest = self.add_weight(name="largest", initializer="zeros")

    def update_state(self, y_true: NDArray[Any], y_pred: NDArray[Any],
                     sample_weight: NDArray[Any] | None = None) -> None:
        self.largest.assign(max(float(self.largest), float(np.max(np.abs(y_true - y_pred)))))

    def result(self) -> float:
        return float(self.largest)


class StopAt(callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        assert_type(self.model, Sequential)
        if logs is not None and logs["loss"] < 0.1:
            self.model.stop_training = True


class Warmup(optimizers.schedules.LearningRateSchedule):
    def __call__(self, step: int) -> float:
        return 0.01 * min(1.0, (step + 1) / 100)


class Ones(initializers.Initializer):
    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> NDArray[Any]:
        return np.ones(shape, dtype)


class Batches(keras.utils.PyDataset):
    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> tuple[NDArray[Any], NDArray[Any]]:
        return np.ones((32, 4)), np.ones((32, 1))


def build() -> keras.Sequential:
    keras.utils.set_random_seed(7)
    model = keras.Sequential([
        keras.Input((4,)),
        layers.Normalization(),
        Doubled(8, kernel_initializer=Ones(), kernel_regularizer=regularizers.L2(1e-4)),
        layers.BatchNormalization(momentum=0.9),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Dropout(0.25, seed=3),
        layers.Dense(1, activation=keras.activations.sigmoid, kernel_constraint="max_norm"),
    ], name="mine")
    rate = optimizers.schedules.ExponentialDecay(0.1, decay_steps=100, decay_rate=0.9)
    for optimizer in (optimizers.SGD(rate, momentum=0.9), optimizers.Adam(Warmup()),
                      optimizers.RMSprop(learning_rate=lambda: 0.1), optimizers.AdamW(1e-3)):
        model.compile(optimizer, loss=Quartic(), metrics=[LargestError(), "mse", metrics.AUC()])
        model.optimizer.learning_rate = 0.5
    model.compile("adam", loss=losses.Huber(delta=0.5), metrics=["mae"])
    model.fit(Batches(), epochs=3, callbacks=[
        StopAt(),
        callbacks.ModelCheckpoint("best.keras", save_best_only=True),
        callbacks.ReduceLROnPlateau(factor=0.5, patience=1),
        callbacks.LearningRateScheduler(lambda epoch, lr: lr / (epoch + 1)),
        callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs)),
        callbacks.TensorBoard("logs"), callbacks.TerminateOnNaN(),
        callbacks.BackupAndRestore("backup")])
    model.summary(print_fn=print)
    return model


def values() -> None:
    x = np.linspace(-1, 1, 5)
    assert_type(keras.activations.relu(x, max_value=1.0), NDArray[Any])
    assert_type(keras.ops.softmax([[1.0, 2.0]]), NDArray[Any])
    assert_type(losses.mean_squared_error([[1.0]], [[2.0]]), NDArray[Any])
    assert_type(losses.Huber().delta, float)
    assert_type(layers.Dense(3).units, int)
    assert_type(metrics.Mean()([1.0, 2.0]), Any)
    assert_type(keras.config.floatx(), str)
    assert_type(keras.config.get_num_threads(), int)
    assert_type(keras.random.SeedGenerator(3).next(), int)
    assert_type(initializers.HeNormal(seed=1)((2, 3)), NDArray[Any])
    variable = keras.Variable(np.zeros((2, 3)), name="kernel")
    assert_type(variable.shape, tuple[int, ...])
    assert_type(variable.numpy(), NDArray[Any])
    optimizers.SGD(0.5).apply([np.ones((2, 3))], [variable])
    assert_type(keras.utils.normalize(x), NDArray[Any])
    keras.utils.plot_history({"loss": [1.0, 0.5]})
    keras.config.set_dtype_policy("float64")
    keras.show_versions()
