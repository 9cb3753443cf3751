"""Write optimizers.json: weights and state after five steps of Keras 3 optimizers.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_optimizers.py
"""

import json
from pathlib import Path

import keras
import numpy as np

rng = np.random.default_rng(3)
WEIGHTS = [rng.standard_normal((3, 4)).round(3), rng.standard_normal(4).round(3)]
GRADIENTS = [[rng.standard_normal(w.shape).round(3) for w in WEIGHTS] for _ in range(5)]
for kernel, _ in GRADIENTS:
    kernel[0, 0] = 0  # never moves
GRADIENTS[2][1][:] = 0

CASES = [
    ("SGD", {"learning_rate": 0.1}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.1, "clipnorm": 0.7}),
    ("SGD", {"learning_rate": 0.1, "clipvalue": 0.3}),
    ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.7}),
    ("SGD", {"learning_rate": 0.1, "weight_decay": 0.2}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.7}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.7,
             "ema_overwrite_frequency": 2}),
    ("SGD", {"learning_rate": 0.1, "gradient_accumulation_steps": 2}),
    ("SGD", {"learning_rate": 0.1, "loss_scale_factor": 8.0, "momentum": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.05, "rho": 0.8, "epsilon": 1e-3}),
    ("RMSprop", {"learning_rate": 0.05, "momentum": 0.9}),
    ("RMSprop", {"learning_rate": 0.05, "centered": True}),
    ("RMSprop", {"learning_rate": 0.05, "momentum": 0.9, "centered": True, "clipnorm": 1.0,
                 "weight_decay": 0.01, "use_ema": True}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": 1e-3}),
    ("Adagrad", {"learning_rate": 0.1, "gradient_accumulation_steps": 2, "weight_decay": 0.1,
                 "global_clipnorm": 0.5}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adam", {"learning_rate": 0.1, "amsgrad": True, "beta_1": 0.5, "beta_2": 0.25}),
    ("Adam", {"learning_rate": 0.1, "amsgrad": True, "weight_decay": 0.1, "use_ema": True,
              "gradient_accumulation_steps": 2}),
    ("AdamW", {"learning_rate": 0.1}),
    ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.5, "amsgrad": True, "clipnorm": 0.5}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.75, "epsilon": 1e-2, "weight_decay": 0.1}),
    ("Adamax", {"learning_rate": 0.1}),
    ("Adamax", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-2}),
    ("Adamax", {"learning_rate": 0.1, "beta_1": 0.5, "gradient_accumulation_steps": 3,
                "clipvalue": 0.5}),
    ("Nadam", {"learning_rate": 0.1}),
    ("Nadam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 1e-2}),
    ("Nadam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.75, "use_ema": True,
               "gradient_accumulation_steps": 2, "weight_decay": 0.1}),
    ("Lion", {"learning_rate": 0.1}),
    ("Lion", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.75, "weight_decay": 0.5,
              "global_clipnorm": 0.7}),
]


def run(name, options, dtype):
    keras.utils.clear_session()
    optimizer = getattr(keras.optimizers, name)(**options)
    variables = [keras.Variable(w, dtype=dtype, name=n)
                 for w, n in zip(WEIGHTS, ("kernel", "bias"), strict=True)]
    for gradients in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(g, dtype) for g in gradients], variables)
    return {"name": name, "options": options, "dtype": dtype,
            "weights": [v.numpy().tolist() for v in variables],
            "variables": [v.numpy().tolist() for v in optimizer.variables],
            "variable_names": [v.name for v in optimizer.variables]}


golden = {
    "weights": [w.tolist() for w in WEIGHTS],
    "gradients": [[g.tolist() for g in step] for step in GRADIENTS],
    "runs": [run(*case, dtype) for case in CASES for dtype in ("float32", "float64")],
    "configs": {name: getattr(keras.optimizers, name)(name=name.lower()).get_config()
                for name in sorted({name for name, _ in CASES})},
}
Path(__file__).with_name("optimizers.json").write_text(json.dumps(golden) + "\n")
