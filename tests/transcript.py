"""Runs of fit, evaluate and predict under a callback that writes every call down.

Used by golden/make_transcript.py with Keras and by callbacks/test_callback_list.py with ours.
"""

import numpy as np

HOOKS = [f"on_{when}_{end}" for end in ("begin", "end") for when in (
    "train", "test", "predict", "epoch", "batch", "train_batch", "test_batch", "predict_batch")]


def recorder(keras, name, events, stop_at=None):
    """Return a callback that appends (name, method, argument, logs) of every call to `events`."""
    class Recorder(keras.callbacks.Callback):
        def __init__(self):  # without super().__init__()
            pass

        def set_params(self, params):
            super().set_params(params)
            events.append([name, "set_params", None, dict(params)])

        def set_model(self, model):
            super().set_model(model)
            events.append([name, "set_model", None, None])

    def hook(method):
        base = getattr(keras.callbacks.Callback, method)

        def call(self, *args, logs="missing"):
            *index, given = args if logs == "missing" else (*args, logs)
            plain = {key: np.asarray(value).tolist() for key, value in given.items()}
            events.append([name, method, *(index or [None]), plain])
            if [method, *index] == stop_at:
                self.model.stop_training = True
            base(self, *index, given)  # calls on_batch_begin and on_batch_end, too

        return call

    for method in HOOKS:
        setattr(Recorder, method, hook(method))
    return Recorder()


def runs(keras):
    """Yield (name, events) of several runs on a small regression."""
    x = np.linspace(-1, 1, 30, dtype="float32").reshape(10, 3)
    y = np.sin(x[:, :2])

    def model():
        layer = keras.layers.Dense(2)
        made = keras.Sequential([keras.Input((3,)), layer])
        made.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mse"])
        layer.set_weights([np.array([[1, 0], [0.5, -1], [0, 2]], "float32"),
                           np.zeros(2, "float32")])
        return made

    def fit(events, stop_at=None, two=False, **options):
        callbacks = [recorder(keras, "one", events, stop_at)]
        if two:
            callbacks += [[recorder(keras, "two", events)]]
        options = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0, **options}
        model().fit(x, y, callbacks=callbacks, **options)

    def evaluate(events):
        model().evaluate(x, y, batch_size=4, verbose=0, callbacks=[recorder(keras, "one", events)])

    def predict(events):
        model().predict(x, batch_size=4, verbose=0, callbacks=[recorder(keras, "one", events)])

    valid = {"validation_data": (x[:6], y[:6])}
    for name, run in {
        "fit": fit,
        "fit with validation": lambda events: fit(events, **valid),
        "fit with two callbacks": lambda events: fit(events, two=True, epochs=1, **valid),
        "validation_split and validation_freq": lambda events: fit(
            events, epochs=4, batch_size=5, validation_split=0.5, validation_freq=2),
        "validation_batch_size": lambda events: fit(
            events, validation_batch_size=2, validation_freq=[2], **valid),
        "initial_epoch": lambda events: fit(events, epochs=4, initial_epoch=3),
        "no epochs": lambda events: fit(events, epochs=0),
        "stop at a batch": lambda events: fit(events, ["on_train_batch_end", 1], **valid),
        "stop before a batch": lambda events: fit(events, ["on_train_batch_begin", 1], **valid),
        "stop at an epoch": lambda events: fit(events, ["on_epoch_end", 0], epochs=5),
        "stop before an epoch": lambda events: fit(events, ["on_epoch_begin", 1], epochs=5),
        "stop in validation": lambda events: fit(events, ["on_test_batch_end", 0], **valid),
        "stop before training": lambda events: fit(events, ["on_train_begin"]),
        "evaluate": evaluate,
        "predict": predict,
    }.items():
        events = []
        run(events)
        yield name, events
