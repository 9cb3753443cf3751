"""Write weights.json: what Keras 3 makes of initializers, and OrthogonalRegularizer, float32.

Random initializers draw other numbers than ours, so of them the file holds the moments of a large
sample; `extreme` is the largest distance from the mean.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_weights.py
"""

import inspect
import itertools
import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras.src.initializers.random_initializers import compute_fans

SHAPE = (700, 300)
NAMED = ["GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"]
RANDOM = [
    *((name, {}) for name in NAMED),
    *(("VarianceScaling", {"scale": scale, "mode": mode, "distribution": distribution})
      for scale, (mode, distribution) in zip(
          itertools.cycle([0.5, 1.0, 3.0]),
          itertools.product(["fan_in", "fan_out", "fan_avg"],
                            ["truncated_normal", "untruncated_normal", "normal", "uniform"]))),
    ("VarianceScaling", {"input_axes": [1], "output_axes": [0]}),
    ("RandomNormal", {}), ("RandomNormal", {"mean": 1.0, "stddev": 2.0}),
    ("RandomUniform", {}), ("RandomUniform", {"minval": 1.0, "maxval": 3.0}),
    ("TruncatedNormal", {}), ("TruncatedNormal", {"mean": -1.0, "stddev": 0.5}),
    ("Orthogonal", {}), ("Orthogonal", {"gain": 3.0}),
]
FIXED = [
    ("Zeros", {}, (2, 3)), ("Ones", {}, (3,)), ("Constant", {}, (2,)),
    ("Constant", {"value": -2.5}, (2, 2)), ("Constant", {"value": [1.0, 2.0]}, (3, 2)),
    ("Identity", {}, (3, 3)), ("Identity", {"gain": 2.0}, (2, 4)), ("Identity", {}, (4, 2)),
]
FANS = [((), None, None), ((7,), None, None), ((784, 10), None, None), ((3, 4, 5), None, None),
        ((3, 3, 4, 5), None, None), ((512, 8, 64), [0], [1, 2]), ((512, 8, 64), [0, 1], [2])]
MATRICES = [[[3.0, 1.0], [-2.0, 0.5]], [[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]],
            [[0.1, -0.2], [4.0, 1.0], [-1.0, 2.0], [0.3, 0.3]], [[1.0, 0.0], [0.0, 1.0]]]


def moments(name, options):
    initializer = getattr(keras.initializers, name)(seed=1, **options)
    values = np.asarray(initializer(SHAPE), "float64")
    return {"name": name, "options": options, "mean": values.mean(), "std": values.std(),
            "extreme": np.abs(values - values.mean()).max()}


def config(name):
    """The arguments with their defaults and the config of an object made without any."""
    cls = getattr(keras.initializers, name)
    defaults = {key: value.default for key, value in inspect.signature(cls).parameters.items()
                if value.kind is value.POSITIONAL_OR_KEYWORD}
    return {"defaults": defaults, "config": cls().get_config()}


def penalty(matrix, options):
    variable = tf.Variable(np.array(matrix, "float32"))
    with tf.GradientTape() as tape:
        value = keras.regularizers.OrthogonalRegularizer(**options)(variable)
    return {"matrix": matrix, "options": options, "value": float(value),
            "gradient": tape.gradient(value, variable).numpy().tolist()}


names = sorted({name for name, *_ in RANDOM + FIXED})
golden = {
    "shape": SHAPE,
    "random": [moments(*case) for case in RANDOM],
    "fixed": [{"name": name, "options": options, "shape": shape,
               "values": np.asarray(getattr(keras.initializers, name)(**options)(shape)).tolist()}
              for name, options, shape in FIXED],
    "fans": [[*case, compute_fans(*case)] for case in FANS],
    "configs": {name: config(name) for name in names},
    "orthogonal_regularizer": [
        penalty(matrix, options) for matrix in MATRICES
        for options in ({}, {"mode": "columns"}, {"factor": 0.5, "mode": "rows"})],
}
Path(__file__).with_name("weights.json").write_text(json.dumps(golden, indent=1) + "\n")
