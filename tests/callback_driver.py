"""Lets a callback believe that a model is training, and writes down all that it does.

Used by golden/make_callbacks.py with the callbacks of Keras and by the tests with ours.
"""

import contextlib
import io
import json
import types
import warnings
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "callbacks.json"


def golden_cases(name):
    """The cases of one callback, as made with Keras."""
    return [case for case in json.loads(GOLDEN.read_text()) if case["name"] == name]


def rows(logs):
    """One dict of logs an epoch from a list of values a name."""
    return [dict(zip(logs, values, strict=True)) for values in zip(*logs.values(), strict=True)]


class Model:
    """Stands for a model: weights that tell which epoch it is, and saving that writes it down."""

    def __init__(self, optimizer, metrics, events):
        self.optimizer = optimizer
        self.metrics = metrics
        self.stop_training = False
        self.weights = None
        self.events = events

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.events.append(["set_weights", weights])

    def save(self, filepath, overwrite=False):
        self.events.append(["save", str(filepath), overwrite])

    def save_weights(self, filepath, overwrite=False):
        self.events.append(["save_weights", str(filepath), overwrite])


def metric(name, direction):
    """Stands for a compiled metric that knows which way is better."""
    return types.SimpleNamespace(name=name, _direction=direction)


def drive(make_callback, optimizer, metrics, epochs, batches=0, fits=1):
    """Call the hooks of a callback as `fit` does, for one dict of logs an epoch.

    Returns
    -------
    list
        What happened, as plain values: what the callback printed, warned of and did to the model,
        and what it left in logs and optimizer.
    """
    events = []
    output = io.StringIO()
    model = Model(optimizer, metrics, events)

    def call(hook, *args):
        with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
            warnings.simplefilter("always")
            try:
                hook(*args)
            except Exception as error:
                events.append(["raised", type(error).__name__])
        events.extend(["warned"] for warning in caught if warning.category is UserWarning)
        if output.getvalue():
            events.append(["printed", output.getvalue()])
            output.seek(0)
            output.truncate()

    callback = None

    def make():
        nonlocal callback
        callback = make_callback()

    call(make)
    if callback is None:
        return events
    callback.set_model(model)
    for _ in range(fits):
        model.stop_training = False
        call(callback.on_train_begin, {})
        for epoch, logs in enumerate(epochs):
            call(callback.on_epoch_begin, epoch, {})
            model.weights = [epoch]
            for batch in range(batches):
                call(callback.on_train_batch_begin, batch, {})
                call(callback.on_train_batch_end, batch, dict(logs))
                if model.stop_training:
                    break
            seen = dict(logs)
            call(callback.on_epoch_end, epoch, seen)
            rate = round(float(optimizer.learning_rate), 9)
            events.append(["epoch", epoch, sorted(seen), rate])
            if model.stop_training:
                events.append(["stopped", epoch])
                break
        call(callback.on_train_end, dict(logs))
    return events
