"""Write callbacks.json: what the callbacks of Keras 3 do over a run of logs, case by case;
and callback_signatures.json: the arguments of their constructors.

Run: KERAS_BACKEND=tensorflow /path/to/venv-with-keras/bin/python tests/golden/make_callbacks.py
"""

import inspect
import json
import sys
import tempfile
from pathlib import Path

import keras
from keras.src.trainers.compile_utils import MetricsList

sys.path.insert(0, str(Path(__file__).parents[1]))
from callback_driver import drive, metric, rows

DOWN = [0.9, 0.7, 0.8, 0.75, 0.6, 0.65, 0.61, 0.62, 0.3, 0.31]
SLOW = [1.0, 0.99, 0.98, 0.97, 0.5, 0.49, 0.48, 0.47, 0.46, 0.45]
UP = [0.1, 0.5, 0.4, 0.45, 0.6, 0.6, 0.6, 0.7, 0.1, 0.1]


def monitored():
    """Arguments and values that the three callbacks that watch a number share."""
    for monitor, values in (("val_loss", DOWN), ("loss", SLOW), ("accuracy", UP),
                            ("val_accuracy", DOWN), ("error", UP)):
        yield {"monitor": monitor}, {monitor: values}
    for mode in ("min", "max", "auto", "strange"):
        yield {"monitor": "val_accuracy", "mode": mode}, {"val_accuracy": UP}
    yield {"monitor": "nobody_knows"}, {"nobody_knows": UP}
    yield {"monitor": "nobody_knows", "mode": "max"}, {"nobody_knows": UP}
    yield {}, {"loss": DOWN}
    yield {"monitor": "val_loss"}, {"loss": DOWN[:2], "accuracy": UP[:2]}


def cases():
    for options, logs in monitored():
        for more in ({}, {"patience": 1}, {"patience": 2, "min_delta": 0.05},
                     {"patience": 2, "restore_best_weights": True, "verbose": 1},
                     {"baseline": 0.55, "patience": 3, "verbose": 1},
                     {"start_from_epoch": 3, "restore_best_weights": True}):
            yield "EarlyStopping", {**options, **more}, logs, {}
        for more in ({"patience": 1}, {"patience": 2, "factor": 0.5, "verbose": 1},
                     {"patience": 1, "cooldown": 2, "min_delta": 0.05},
                     {"patience": 1, "min_lr": 0.02, "factor": 0.5}):
            yield "ReduceLROnPlateau", {**options, **more}, logs, {}
        for more in ({}, {"verbose": 1}, {"initial_value_threshold": 0.55, "verbose": 1}):
            yield "ModelCheckpoint", {"filepath": "a.keras", "save_best_only": True,
                                      **options, **more}, logs, {}
    for factor in (1.0, 2.0):
        yield "ReduceLROnPlateau", {"factor": factor}, {"val_loss": DOWN}, {}
    for name in ("EarlyStopping", "ReduceLROnPlateau"):
        yield name, {"patience": 1, "monitor": "loss"}, {"loss": DOWN}, {"fits": 2}
    for path in ("{epoch:02d}-{loss:.2f}.keras", "w.h5", "{epoch}.weights.h5", "no_ending",
                 "{nope}.keras", "DIR/deep/er.keras"):
        for weights in (False, True):
            yield "ModelCheckpoint", {"filepath": path, "save_weights_only": weights,
                                      "verbose": 1}, {"loss": DOWN[:3]}, {}
    for frequency in (1, 2, 3, 5, 7, "epoch", "year", 2.5):
        yield "ModelCheckpoint", {"filepath": "{epoch}-{batch}.keras" if frequency != "epoch"
                                  else "{epoch}.keras", "save_freq": frequency}, {
            "loss": DOWN[:4]}, {"batches": 4}
    for raise_error in (False, True):
        for losses in ([1.0, 2.0], [1.0, float("nan"), 2.0], [float("inf")]):
            yield "TerminateOnNaN", {"raise_error": raise_error}, {"loss": losses}, {"batches": 2}


def run(name, options, logs, more, folder):
    options = {key: value.replace("DIR", folder) if isinstance(value, str) else value
               for key, value in options.items()}
    metrics = [MetricsList([metric("accuracy", "up"), metric("error", "down")])]
    events = drive(lambda: getattr(keras.callbacks, name)(**options), keras.optimizers.SGD(0.1),
                   metrics, rows(logs), **more)
    return json.loads(json.dumps(events).replace(folder, "DIR"))


with tempfile.TemporaryDirectory() as folder:
    golden = [{"name": name, "options": options, "logs": logs, "more": more,
               "events": run(name, options, logs, more, folder)}
              for name, options, logs, more in cases()]
lines = ",\n".join(json.dumps(case) for case in golden)
Path(__file__).with_name("callbacks.json").write_text(f"[\n{lines}\n]\n")

NAMES = ["Callback", "CallbackList", "CSVLogger", "EarlyStopping", "History", "LambdaCallback",
         "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau",
         "TensorBoard", "TerminateOnNaN"]
signatures = {name: str(inspect.signature(getattr(keras.callbacks, name)).replace(
    parameters=[p.replace(annotation=p.empty) for p in inspect.signature(
        getattr(keras.callbacks, name)).parameters.values()])) for name in NAMES}
Path(__file__).with_name("callback_signatures.json").write_text(
    json.dumps(signatures, indent=0) + "\n")
