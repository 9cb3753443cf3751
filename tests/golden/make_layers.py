"""Write layers.npz: outputs of Keras 3's layers and a training through them, float32.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_layers.py
"""

import json
from pathlib import Path

import numpy as np

# (layer, arguments, shape of a sample); weights are drawn, moving variances positive.
CASES = [
    ("BatchNormalization", {}, (5,)),
    ("BatchNormalization", {"momentum": 0.8, "epsilon": 0.01}, (3, 5)),
    ("BatchNormalization", {"axis": 1}, (3, 5)),
    ("BatchNormalization", {"center": False, "scale": False}, (5,)),
    ("BatchNormalization", {"trainable": False}, (5,)),
    ("LayerNormalization", {}, (5,)),
    ("LayerNormalization", {"axis": 1, "epsilon": 0.01}, (3, 5)),
    ("LayerNormalization", {"axis": [1, 2]}, (3, 5)),
    ("LayerNormalization", {"center": False}, (3, 5)),
    ("LayerNormalization", {"scale": False}, (3, 5)),
    ("PReLU", {}, (3, 5)),
    ("PReLU", {"shared_axes": [1]}, (3, 5)),
    ("PReLU", {"shared_axes": [2]}, (3, 5)),
    ("PReLU", {"shared_axes": [1, 3]}, (2, 3, 4)),
    ("Softmax", {}, (3, 5)),
    ("Softmax", {"axis": 1}, (3, 5)),
    ("Softmax", {"axis": [1, 2]}, (3, 5)),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.25, "threshold": 0.5}, (5,)),
    ("LeakyReLU", {}, (5,)),
    ("ELU", {"alpha": 0.5}, (5,)),
    ("Permute", {"dims": [2, 1]}, (3, 5)),
    ("Permute", {"dims": [3, 1, 2]}, (2, 3, 4)),
    ("Reshape", {"target_shape": [5, -1]}, (3, 5)),
    ("Flatten", {}, (3, 5)),
    ("Identity", {}, (3, 5)),
    ("Normalization", {"mean": 0.5, "variance": 4.0}, (3, 5)),
    ("Normalization", {"axis": None, "mean": 0.5, "variance": 4.0}, (3, 5)),
    ("Normalization", {"axis": [1, 2]}, (3, 5)),
    ("Normalization", {"axis": 1}, (3, 5)),
    ("Normalization", {"invert": True, "mean": [1.0, 2.0, 3.0, 4.0, 0.0],
                       "variance": [1.0, 4.0, 9.0, 0.0, 0.25]}, (5,)),
]
STEPS = 20


def draw(rng, layer):
    """Weights for a built layer; variances are positive."""
    return [(np.abs(w) + 0.5 if "variance" in v.name else w).astype(v.dtype)
            for v in layer.weights for w in [rng.standard_normal(v.shape)]]


def model(keras):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((4, 3)),
        layers.Dense(6),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("gelu"),
        layers.LayerNormalization(),
        layers.Permute((2, 1)),
        layers.BatchNormalization(axis=1),
        layers.PReLU(shared_axes=[1]),
        layers.Reshape((12, 2)),
        layers.Softmax(axis=1),
        layers.Flatten(),
        layers.Dense(5, activation="mish"),
        layers.BatchNormalization(trainable=False, center=False),
        layers.Dense(2),
    ])


def train(keras, net, x, y):
    """Losses of every step."""
    net.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss="mse")
    return [float(net.train_on_batch(x[i % 4::4], y[i % 4::4])) for i in range(STEPS)]


def main():
    import keras

    rng = np.random.default_rng(21)
    arrays = {}
    for i, (name, arguments, shape) in enumerate(CASES):
        layer = getattr(keras.layers, name)(**arguments)
        x = (rng.standard_normal((6, *shape)) * 2 + 0.5).astype("float32")
        layer.build((None, *shape))
        if name == "Normalization" and "mean" not in arguments:
            layer.adapt(x[:4])
        else:
            layer.set_weights(draw(rng, layer))
        arrays[f"x_{i}"] = x
        for j, w in enumerate(layer.get_weights()):
            arrays[f"w_{i}_{j}"] = w
        takes = {} if name not in ("BatchNormalization",) else {"training": True}
        arrays[f"inference_{i}"] = np.asarray(layer(x))
        arrays[f"training_{i}"] = np.asarray(layer(x, **takes))
        for j, w in enumerate(layer.get_weights()):
            arrays[f"after_{i}_{j}"] = w
        if name != "Normalization":
            arrays[f"config_{i}"] = np.array(json.dumps(sorted(layer.get_config())))
    net = model(keras)
    x = rng.standard_normal((64, 4, 3)).astype("float32")
    y = rng.standard_normal((64, 2)).astype("float32")
    for j, w in enumerate(net.get_weights()):
        arrays[f"first_{j}"] = w
    arrays["x"], arrays["y"] = x, y
    arrays["losses"] = np.array(train(keras, net, x, y))
    arrays["outputs"] = np.asarray(net.predict(x, verbose=0))
    for j, w in enumerate(net.get_weights()):
        arrays[f"last_{j}"] = w
    np.savez_compressed(Path(__file__).with_name("layers.npz"), **arrays)


if __name__ == "__main__":
    main()
