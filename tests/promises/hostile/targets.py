"""Every loader of the library, with honest files to damage and the errors that it may raise."""

import hashlib
import io
import json
from typing import NamedTuple

import numpy as np

import fastdense as keras
from fastdense.datasets import idx, mnist
from fastdense.saving import checkpoint

from . import mutations

X = np.ones((4, 3), np.float32)
Y = np.arange(4) % 2


class Target(NamedTuple):
    honest: list  # of bytes
    damage: object  # (bytes, chance) -> bytes
    load: object  # (bytes), the loader
    errors: tuple = (ValueError,)


def small():
    """As few layers as have all kinds of entries: most of a load is libhdf5, group by group."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax",
                                                                    name="head")], name="m")
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    model.train_on_batch(X, Y)
    return model


def varied():
    """Models that together name much of what a file can name."""
    layers, schedules = keras.layers, keras.optimizers.schedules
    metrics = keras.metrics
    yield small()
    model = keras.Sequential([
        keras.Input((3, 2)), layers.Flatten(), layers.Dense(
            4, kernel_regularizer=keras.regularizers.L1L2(1e-3, 1e-3), kernel_constraint="max_norm",
            kernel_initializer=keras.initializers.VarianceScaling(2.0), bias_initializer="ones"),
        layers.BatchNormalization(), layers.LeakyReLU(0.1), layers.Dropout(0.5, seed=3),
        layers.GaussianNoise(0.1), layers.Reshape((2, 2)), layers.LayerNormalization(),
        layers.Flatten(), layers.PReLU(), layers.Rescaling(0.5), layers.Dense(2)])
    model.compile(keras.optimizers.Adam(schedules.ExponentialDecay(0.1, 10, 0.5), clipnorm=1.0),
                  keras.losses.Huber(0.5), metrics=[metrics.AUC(9), metrics.RootMeanSquaredError()])
    yield model
    model = keras.Sequential([keras.Input((2,)), keras.Sequential([layers.Dense(3, "gelu")]),
                              layers.Softmax()])
    model.compile(keras.optimizers.RMSprop(schedules.CosineDecay(0.1, 9)), "kl_divergence",
                  metrics=[metrics.MeanIoU(3), metrics.TopKCategoricalAccuracy(2)],
                  weighted_metrics=["mae"])
    yield model


def model_files(ending, damage, models=varied):
    def make(folder):
        path = folder / f"m{ending}"

        def honest(model):
            model.save(path)
            return path.read_bytes()

        def load(data):
            path.write_bytes(data)
            model = keras.models.load_model(path)
            if sum(v.numpy().nbytes for v in model.weights) > len(data):
                raise AssertionError("weights that are not in the file")
        return Target([honest(model) for model in models()], damage, load)
    return make


def weights_files(ending, damage):
    def make(folder):
        model, path = small(), folder / f"m{ending}"
        model.save_weights(folder / "m.weights.h5")
        honest = [(folder / "m.weights.h5").read_bytes()]
        if ending == ".h5":
            honest = [older_file(model)]

        def load(data):
            path.write_bytes(data)
            model.load_weights(path)
        return Target(honest, damage, load)
    return make


def older_file(model):
    """As Keras 2 wrote them: attributes, a group for each layer, names with ":0"."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["model_config"] = model.to_json()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            inner = group.create_group(f"{layer.name}/{layer.name}")
            group[layer.name].attrs["weight_names"] = [b"head/kernel:0", b"head/bias:0"]
            for variable in layer.weights:
                inner[f"{variable.name}:0"] = variable.numpy()
    return buffer.getvalue()


def jsons(folder):
    return Target([model.to_json().encode() for model in varied()], mutations.json_text,
                  lambda data: keras.models.model_from_json(data.decode()),
                  (ValueError, MemoryError))  # no weights vouch for the sizes of the layers


def configs(folder):
    """``from_config`` and the like take trees from a program: TypeError is for bad arguments."""
    def load(data):
        keras.Sequential.from_config(json.loads(data))
    return Target([json.dumps(model.get_config()).encode() for model in varied()],
                  mutations.json_text, load, (ValueError, TypeError, MemoryError))


def objects(folder):
    trees = [model.get_compile_config() for model in varied()]
    parts = [tree[key] for tree in trees for key in ("optimizer", "loss")]
    return Target([json.dumps({"it": part}).encode() for part in parts], mutations.json_text,
                  lambda data: keras.saving.deserialize_keras_object(json.loads(data)),
                  (ValueError, TypeError))


def checkpoints(damage):
    def make(folder):
        path = folder / "c.safetensors"
        checkpoint.write(path, {"weights": {"a": X, "b": Y}, "epoch": 3, "best": float("inf"),
                                "more": [1, [2.5, None], {"x": "y"}]})

        def load(data):
            path.write_bytes(data)
            checkpoint.read(path)
        return Target([path.read_bytes()], damage, load)
    return make


def backups(folder):
    """What `BackupAndRestore` finds in its folder when `fit` begins."""
    model, path = small(), folder / "latest.safetensors"
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: kept.append(path.read_bytes()) if epoch == 1 else None)
    kept = []

    def fit(*others, epochs=3):
        backup = keras.callbacks.BackupAndRestore(folder, save_freq=1, delete_checkpoint=False)
        model.fit(X, Y, epochs=epochs, batch_size=3, verbose=0, callbacks=[backup, *others])

    def load(data):
        path.write_bytes(data)
        fit(keras.callbacks.EarlyStopping("loss"))

    fit(keras.callbacks.EarlyStopping("loss"), keep)
    return Target(kept, mutations.header, load, (ValueError, TypeError))


def archives(damage):
    """A data set of a few bytes plays the part of MNIST, which is known by its checksums."""
    def make(folder):
        path, buffer = folder / "mnist.npz", io.BytesIO()
        arrays = {"x_train": np.ones((2, 3), np.uint8), "y_train": np.ones(2, np.uint8),
                  "x_test": np.ones((1, 3), np.uint8), "y_test": np.ones(1, np.uint8)}
        np.savez_compressed(buffer, **arrays)
        mnist.SHAPES = {name: array.shape for name, array in arrays.items()}
        mnist.IDX_SHA256 = {
            name: hashlib.sha256(idx.header(array.shape) + array.tobytes()).hexdigest()
            for name, array in arrays.items()}

        def load(data):
            path.write_bytes(data)
            mnist.load_data(path)
        return Target([buffer.getvalue()], damage, load)
    return make


def idx_files(folder):
    honest = idx.header((2, 3)) + bytes(6)
    return Target([honest], mutations.damaged, idx.decode)


KINDS = {
    "keras bytes": model_files(".keras", mutations.damaged, lambda: [small()]),
    "keras entries": model_files(".keras", mutations.inside_zip, lambda: [small()]),
    "keras directory": model_files(".keras", mutations.zip_fields, lambda: [small()]),
    "weights bytes": weights_files(".weights.h5", mutations.damaged),
    "older h5 bytes": weights_files(".h5", mutations.damaged),
    "safetensors bytes": model_files(".safetensors", mutations.damaged),
    "safetensors header": model_files(".safetensors", mutations.header),
    "json": jsons,
    "configs": configs,
    "objects": objects,
    "checkpoint bytes": checkpoints(mutations.damaged),
    "checkpoint header": checkpoints(mutations.header),
    "backup": backups,
    "npz bytes": archives(mutations.damaged),
    "npz directory": archives(mutations.zip_fields),
    "idx bytes": idx_files,
}
