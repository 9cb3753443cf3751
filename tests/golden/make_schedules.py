"""Write schedules.json: learning rates and configs of Keras 3's schedules.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_schedules.py
"""

import json
from pathlib import Path

import keras

STEPS = [*range(25), 29, 30, 31, 47, 70, 71, 150, 1000]
CASES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.5, "decay_steps": 3, "decay_rate": 0.8}),
    ("ExponentialDecay", {"initial_learning_rate": 0.5, "decay_steps": 3, "decay_rate": 0.8,
                          "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.5, "decay_steps": 3, "decay_rate": 0.8}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.5, "decay_steps": 3, "decay_rate": 0.8,
                          "staircase": True}),
    ("PiecewiseConstantDecay", {"boundaries": [0, 5, 20], "values": [1.0, 0.5, 0.25, 0.1]}),
    ("PiecewiseConstantDecay", {"boundaries": [7], "values": [0.1, 0.2], "name": "two"}),
    ("PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 20}),
    ("PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 20, "power": 0.5,
                         "end_learning_rate": 0.1}),
    ("PolynomialDecay", {"initial_learning_rate": 0.5, "decay_steps": 7, "power": 2.0,
                         "end_learning_rate": 0.1, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20}),
    ("CosineDecay", {"initial_learning_rate": 0.5, "decay_steps": 20, "alpha": 0.25}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_target": 0.5,
                     "warmup_steps": 10}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_target": 0.5,
                     "alpha": 0.1}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_steps": 10}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 10}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 10, "t_mul": 1.0,
                             "m_mul": 0.75}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 7, "t_mul": 3.0,
                             "m_mul": 0.5, "alpha": 0.1}),
]


def run(name, options):
    schedule = getattr(keras.optimizers.schedules, name)(**options)
    rates = [float(schedule(keras.ops.convert_to_tensor(step, "int64"))) for step in STEPS]
    return {"name": name, "options": options, "rates": rates, "config": schedule.get_config()}


golden = {"steps": STEPS, "runs": [run(*case) for case in CASES]}
Path(__file__).with_name("schedules.json").write_text(json.dumps(golden) + "\n")
