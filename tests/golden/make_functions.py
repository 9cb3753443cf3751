"""Write functions.json: Keras 3 regularizers and constraints, float32.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_functions.py
"""

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

w = np.array([[0.0, 1.0, 3.0, -3.0], [0.0, 0.0, 0.0, 4.0], [0.0, -0.1, 0.0, 12.0]], "float32")

REGULARIZERS = [("L1", {"l1": 0.1}), ("L2", {"l2": 0.3}), ("L1L2", {"l1": 0.1, "l2": 0.3}),
                ("L1", {}), ("L2", {}), ("L1L2", {})]
CONSTRAINTS = [
    ("NonNeg", {}), ("MaxNorm", {}), ("MaxNorm", {"max_value": 1.5, "axis": 1}), ("UnitNorm", {}),
    ("UnitNorm", {"axis": [0, 1]}), ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 2.0, "rate": 0.3, "axis": 1}),
]


def penalty(name, options):
    variable = tf.Variable(w)
    with tf.GradientTape() as tape:
        value = tf.convert_to_tensor(getattr(keras.regularizers, name)(**options)(variable))
    gradient = tape.gradient(value, variable)
    gradient = np.zeros_like(w) if gradient is None else gradient.numpy()
    return {"name": name, "options": options, "value": float(value), "gradient": gradient.tolist()}


golden = {
    "w": w.tolist(),
    "regularizers": [penalty(*case) for case in REGULARIZERS],
    "constraints": [
        {"name": name, "options": options,
         "result": np.asarray(getattr(keras.constraints, name)(**options)(w)).tolist()}
        for name, options in CONSTRAINTS],
}
Path(__file__).with_name("functions.json").write_text(json.dumps(golden) + "\n")
