"""Write activations.npz: values and slopes of the activations of Keras 3, float64.

All but sparsemax, whose rows do not sum to 1 in Keras 3.15.1 (it adds up the cumulated sums).

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_activations.py
"""

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float64")

CASES = [
    ("celu", {}), ("celu", {"alpha": 2.5}), ("elu", {}), ("elu", {"alpha": 0.3}),
    ("exponential", {}), ("gelu", {}), ("gelu", {"approximate": True}), ("glu", {}),
    ("glu", {"axis": 0}), ("hard_shrink", {}), ("hard_shrink", {"threshold": 1.5}),
    ("hard_sigmoid", {}), ("hard_silu", {}), ("hard_tanh", {}), ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.05}), ("linear", {}), ("log_sigmoid", {}),
    ("log_softmax", {}), ("log_softmax", {"axis": 0}), ("mish", {}), ("relu", {}),
    ("relu", {"negative_slope": 0.1}), ("relu", {"max_value": 6}), ("relu", {"threshold": 1.0}),
    ("relu", {"threshold": -1.0, "max_value": 2.0}), ("relu", {"max_value": 2.5}),
    ("relu", {"negative_slope": 0.5, "max_value": 3.0, "threshold": 0.25}), ("relu6", {}),
    ("selu", {}), ("sigmoid", {}), ("silu", {}), ("soft_shrink", {}),
    ("soft_shrink", {"threshold": 1.5}), ("softmax", {}), ("softmax", {"axis": 0}),
    ("softplus", {}), ("softsign", {}), ("sparse_plus", {}), ("sparse_sigmoid", {}),
    ("squareplus", {}), ("squareplus", {"b": 1.5}),
    ("tanh", {}), ("tanh_shrink", {}), ("threshold", {"threshold": 1.0, "default_value": -2.0}),
]


def main():
    rng = np.random.default_rng(11)
    # Every scale, no kink, and rows that a softmax does not saturate on.
    x = np.concatenate([rng.standard_normal((5, 8)) * 2, rng.standard_normal((2, 8)) * 12,
                        rng.standard_normal((1, 8)) / 1000])
    d = rng.standard_normal(x.shape)
    arrays = {"x": x, "d": d, "cases": np.array(json.dumps(CASES))}
    for i, (name, options) in enumerate(CASES):
        z = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(z)
            h = getattr(keras.activations, name)(z, **options)
            part = tf.reduce_sum(h * d[:h.shape[0], :h.shape[1]])
        arrays[f"h_{i}"] = np.asarray(h)
        arrays[f"dz_{i}"] = np.asarray(tape.gradient(part, z))
    np.savez_compressed(Path(__file__).with_name("activations.npz"), **arrays)


if __name__ == "__main__":
    main()
