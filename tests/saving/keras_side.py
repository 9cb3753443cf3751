"""What real Keras does with files; run by the interpreter that has it, see test_interop.py.

``python keras_side.py write|read FOLDER NAME...``. It is imported by the test for the models, too:
everything is built from the module that is passed in.
"""

import sys
import warnings

import numpy as np

X = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
Y = np.arange(40) % 3
EPOCHS = {"epochs": 3, "batch_size": 8, "shuffle": False, "verbose": 0}

OPTIMIZERS = {
    "SGD": {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
    "RMSprop": {"learning_rate": 0.01, "momentum": 0.9, "centered": True},
    "Adagrad": {"learning_rate": 0.1}, "Adadelta": {"learning_rate": 1.0},
    "Adam": {"learning_rate": 0.01, "amsgrad": True}, "AdamW": {"learning_rate": 0.01},
    "Adamax": {"learning_rate": 0.01}, "Nadam": {"learning_rate": 0.01},
    "Lion": {"learning_rate": 0.001},
}
# Layers between the dense ones. What is random goes on differently in each library.
LAYERS = {
    "Activation": ("tanh",), "Flatten": (), "Rescaling": (2.0,), "ReLU": (6.0,),
    "LeakyReLU": (0.1,), "PReLU": (), "ELU": (0.5,), "Softmax": (), "Reshape": ((5, 1),),
    "Permute": ((1,),), "BatchNormalization": (), "LayerNormalization": (),
    "ActivityRegularization": (0.01,), "Identity": (), "Normalization": (-1, 0.5, 2.0),
    "Dropout": (0.3,), "AlphaDropout": (0.1,), "GaussianDropout": (0.2,), "GaussianNoise": (0.1,),
}
RANDOM = ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise")

MODELS = ("nested", "settings", "frozen", "normalized")


def special(keras, name):
    """Models that are more than a stack with default settings."""
    dense = keras.layers.Dense
    if name == "nested":
        inner = keras.Sequential([keras.Input((4,)), dense(5, "tanh"), dense(5)], name="inner")
        stack = [inner, dense(3, name="head")]
        settings = {"optimizer": "rmsprop", "loss": keras.losses.SparseCategoricalCrossentropy(
            from_logits=True)}
    elif name == "normalized":  # all that has state beside the weights
        adapted = keras.layers.Normalization()
        adapted.adapt(X)
        inner = keras.Sequential([dense(5, use_bias=False), keras.layers.BatchNormalization()])
        stack = [adapted, inner, keras.layers.PReLU(), keras.layers.LayerNormalization(scale=False),
                 dense(3, "softmax")]
        settings = {"optimizer": "adam", "loss": "sparse_categorical_crossentropy"}
    elif name == "frozen":
        stack = [dense(5, "sigmoid", trainable=False), dense(3, use_bias=False)]
        settings = {"optimizer": "sgd", "loss": keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="sum")}
    else:
        stack = [
            dense(5, "relu", kernel_initializer=keras.initializers.HeNormal(seed=3),
                  bias_initializer=keras.initializers.Constant(0.1),
                  kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02), name="first",
                  activity_regularizer="l2", bias_constraint=keras.constraints.NonNeg()),
            dense(3, "softmax", kernel_initializer="orthogonal", kernel_constraint="unit_norm")]
        rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9, staircase=True)
        settings = {
            "optimizer": keras.optimizers.SGD(rate, momentum=0.5, clipnorm=1.0, use_ema=True,
                                              weight_decay=0.01),
            "loss": "sparse_categorical_crossentropy", "metrics": ["acc"],
            "weighted_metrics": [keras.metrics.SparseCategoricalCrossentropy(name="entropy")]}
    model = keras.Sequential([keras.Input((4,), name="pixels"), *stack], name="m")
    model.compile(**settings)
    return model


def layer_named(keras, name):
    return [getattr(keras.layers, name)(*LAYERS[name])] + (
        [keras.layers.Flatten()] if name == "Reshape" else [])


def model_for(keras, name):
    """The model of a case: named after an optimizer or a layer."""
    keras.utils.set_random_seed(1)
    if name in MODELS:
        return special(keras, name)
    optimizer = name if name in OPTIMIZERS else "RMSprop"
    model = keras.Sequential([
        keras.Input((4,)), keras.layers.Dense(5, activation="relu", kernel_regularizer="l2"),
        *(layer_named(keras, name) if name in LAYERS else ()),
        keras.layers.Dense(3, activation="softmax", kernel_constraint="max_norm")], name="m")
    model.compile(getattr(keras.optimizers, optimizer)(**OPTIMIZERS[optimizer]),
                  "sparse_categorical_crossentropy",
                  metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2)])
    return model


def goes_on(model, name):
    """Losses of further epochs, or of none where they are random."""
    return [1.0] if name in RANDOM else model.fit(X, Y, **EPOCHS).history["loss"]


def write(keras, folder, name):
    """Train a model, save it, and note how it goes on."""
    model = model_for(keras, name)
    model.fit(X, Y, **EPOCHS)
    model.save(f"{folder}/{name}.keras")
    model.save_weights(f"{folder}/{name}.weights.h5")
    outputs = model.predict(X, verbose=0)
    losses = goes_on(model, name)
    np.savez(f"{folder}/{name}.npz", outputs=outputs, losses=losses)


def read(keras, folder, name):
    """Load what the other has saved, and return by how much it goes on differently."""
    noted = np.load(f"{folder}/{name}.npz")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.models.load_model(f"{folder}/{name}.keras")
        outputs = model.predict(X, verbose=0)
        losses = goes_on(model, name)
        other = model_for(keras, name)
        other.optimizer.build(other.trainable_variables)
        other.load_weights(f"{folder}/{name}.weights.h5")
    alone = other.predict(X, verbose=0)
    return [float(np.abs(outputs - noted["outputs"]).max()),
            float(np.abs(alone - noted["outputs"]).max()),
            float(np.abs(np.array(losses) / noted["losses"] - 1).max())]


if __name__ == "__main__":
    import keras

    what, folder, *names = sys.argv[1:]
    for name in names:
        result = {"write": write, "read": read}[what](keras, folder, name)
        print(name, *(result or ()), flush=True)
