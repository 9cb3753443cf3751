"""Summaries of small models at many widths.

Used by golden/make_summaries.py with Keras and by utils/test_summary.py with our own.
"""

import os

import numpy as np


def models(keras):
    """Return models by name."""
    dense = keras.layers.Dense

    def digits(name="digits", shape=None):
        first = [] if shape is None else [keras.Input(shape)]
        return keras.Sequential([*first, dense(512, activation="relu", name="hidden"),
                                 dense(10, name="out")], name=name)

    trained = digits("trained", (20,))
    trained.layers[0].trainable = False
    trained.compile("rmsprop", "mse")
    trained.fit(np.zeros((2, 20)), np.zeros((2, 10)), verbose=0)
    compiled = digits("compiled", (20,))
    compiled.compile("sgd", "mse")
    inner = digits("inner", (784,))
    return {
        "unbuilt": digits(),
        "built": digits(shape=(784,)),
        "compiled": compiled,
        "trained": trained,
        "nested": keras.Sequential([
            keras.Input((28, 28)), keras.layers.Flatten(name="flat"), inner,
            keras.Sequential([keras.Sequential([dense(3, name="core")], name="middle"),
                              keras.layers.Activation("relu", name="act")], name="outer_shell"),
            dense(1, name="head")], name="outer"),
        "long names": keras.Sequential([
            keras.Input((3, 4)), dense(5, name="a_name_that_is_longer_than_any_column_of_a_table"),
            dense(123456, name="wide"), keras.layers.Flatten(name="flatten_everything_there_is")],
            name="long"),
    }


LENGTHS = (20, 22, 25, 29, 33, 40, 50, 66, 81, 120)


def cases(keras):
    """Yield (name, text) of summaries; the text is that of the error if there is one."""
    made = models(keras)
    for name, model in made.items():
        for columns in (60, 80, 200):
            for trainable in (False, True):
                yield _case(model, name, columns, show_trainable=trainable, expand_nested=True)
    for length in LENGTHS:
        for trainable in (False, True):
            yield _case(made["long names"], "long names", 200, line_length=length,
                        show_trainable=trainable)
    yield _case(made["nested"], "nested", 80)
    for positions in ([0.3, 0.6, 1.0], [0.5, 0.75, 0.9], [0.2, 0.4, 0.5], [0.1, 0.95, 1.0]):
        yield _case(made["built"], "built", 120, positions=positions, line_length=77)
    for layers in (["flat", "inner"], ["inner", "head"], ["head", "inner"], ["o.*", "h"],
                   ["inner"], ["inner", 3], ["no", "head"]):
        yield _case(made["nested"], "nested", 80, layer_range=layers)


def _case(model, name, columns, **options):
    texts = []
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(columns)
    try:
        model.summary(print_fn=texts.append, **options)
    except ValueError as error:
        texts.append(f"ValueError: {error}")
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    return f"{name}, {columns} columns, {options}", "".join(texts)
