"""What is done while memory runs out: see inject.py. Every model takes six features."""

import numpy as np

import fastdense as keras
from fastdense import callbacks, layers, optimizers

X = np.random.default_rng(0).normal(size=(240, 6)).astype(np.float32)
Y = np.arange(240) % 3
BYTES = np.random.default_rng(0).integers(0, 256, (240, 6), dtype=np.uint8)


class Own(optimizers.Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, learning_rate * gradient)


# Units for which the variables of a layer take more than 512 bytes: those that fail.
def model_of(built=True, front=list, units=130, optimizer=None, metrics=("accuracy",), dtype=None,
             **dense):
    keras.utils.set_random_seed(1)
    stack = [layers.Dense(units, activation="relu", dtype=dtype, **dense),
             layers.Dropout(0.2, seed=1, dtype=dtype), layers.BatchNormalization(dtype=dtype),
             layers.Dense(3, activation="softmax", dtype=dtype)]
    model = keras.Sequential([keras.Input((6,))] * built + [*front(), *stack])
    compile_it(model, optimizer, metrics)
    return model


def compile_it(model, optimizer=None, metrics=("accuracy",)):
    model.compile(optimizer or optimizers.Adam(0.01), "sparse_categorical_crossentropy",
                  metrics=list(metrics))


def trained(**options):
    model = model_of(**options)
    model.fit(X, Y, verbose=0)
    return model


def fit(model, folder=None, x=X):
    """Of one step, so that the model is as before it or as after it."""
    model.fit(x, Y, batch_size=240, verbose=0)


def adapt(model, folder):
    model.layers[0].adapt(X)


def fit_and_watch(model, folder):
    model.fit(X[:200], Y[:200], batch_size=240, verbose=0, validation_data=(X[200:], Y[200:]),
              callbacks=[callbacks.EarlyStopping("val_loss", restore_best_weights=True),
                         callbacks.ModelCheckpoint(folder / "it.weights.h5",
                                                   save_weights_only=True),
                         callbacks.CSVLogger(folder / "it.csv"), callbacks.TerminateOnNaN()])


def fit_batches(model, folder):
    model.fit(iter([(X, Y)]), verbose=0)


def predict(model, folder):
    model.predict(X, verbose=0)


def evaluate(model, folder):
    model.evaluate(X, Y, verbose=0)


def set_weights(model, folder, dtype="float32"):
    model.set_weights([(w + 1).astype(dtype) for w in model.get_weights()])


def normalization():
    return [layers.Normalization()]


def normalizing():
    return trained(front=normalization)


class Operation:
    """What is done, to what: `work(model, folder)`."""

    def __init__(self, work, make=trained):
        self.work, self.make = work, make


def load_from(ending):
    return Operation(lambda model, folder: keras.models.load_model(folder / f"kept{ending}"))


def keep(folder):
    """Write the files that are loaded."""
    for ending in (".keras", ".safetensors"):
        trained().save(folder / f"kept{ending}")
    for ending in (".h5", ".safetensors"):
        trained().save_weights(folder / f"kept.weights{ending}")


OPERATIONS = {
    "predict": Operation(predict),
    "first predict": Operation(predict, model_of),
    "predict, wide": Operation(predict, lambda: model_of(units=5000)),
    "evaluate": Operation(evaluate),
    "evaluate, many metrics": Operation(evaluate, lambda: trained(metrics=[
        "accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2),
        keras.metrics.MeanIoU(3, sparse_y_pred=False), "sparse_categorical_crossentropy"])),
    "fit": Operation(fit),
    "first fit": Operation(fit, model_of),
    "fit, float64": Operation(fit, lambda: trained(dtype="float64")),
    "fit, SGD": Operation(fit, lambda: model_of(optimizer=optimizers.SGD(0.1, momentum=0.9))),
    "fit, bytes": Operation(lambda model, folder: fit(model, x=BYTES),
                            lambda: model_of(front=lambda: [layers.Rescaling(1 / 255)])),
    "fit, clipped": Operation(
        fit, lambda: trained(optimizer=optimizers.Adam(0.01, clipnorm=0.1))),
    "first fit, accumulating": Operation(
        fit, lambda: model_of(optimizer=optimizers.Adam(0.01, gradient_accumulation_steps=2))),
    "fit, averaged": Operation(
        fit, lambda: trained(optimizer=optimizers.SGD(0.01, use_ema=True))),
    "fit, constrained": Operation(
        fit, lambda: trained(kernel_constraint="max_norm", kernel_regularizer="l2")),
    "fit, own optimizer": Operation(fit, lambda: trained(optimizer=Own(0.01))),
    "first fit, not built": Operation(fit, lambda: model_of(built=False)),
    "adapt": Operation(adapt, normalizing),
    "fit, nested": Operation(fit, lambda: model_of(front=lambda: [
        keras.Sequential([layers.Dense(150), layers.LayerNormalization()])])),
    "fit, batches": Operation(fit_batches),
    "fit, validation and callbacks": Operation(fit_and_watch),
    "train_on_batch": Operation(lambda model, folder: model.train_on_batch(X, Y)),
    "compile": Operation(lambda model, folder: compile_it(model)),
    "build": Operation(lambda model, folder: model.build((None, 6)),
                       lambda: model_of(built=False, front=normalization)),
    "set_weights": Operation(set_weights),
    "set_weights, converted": Operation(
        lambda model, folder: set_weights(model, folder, "float64"), normalizing),
    "set_weights of the optimizer": Operation(lambda model, folder: model.optimizer.set_weights(
        [v.numpy() + 1 for v in model.optimizer.variables])),
    "save .keras": Operation(lambda model, folder: model.save(folder / "it.keras")),
    "save .safetensors": Operation(lambda model, folder: model.save(folder / "it.safetensors")),
    "save_weights": Operation(lambda model, folder: model.save_weights(folder / "it.weights.h5")),
    "load .keras": load_from(".keras"),
    "load .safetensors": load_from(".safetensors"),
    "load_weights .h5": Operation(
        lambda model, folder: model.load_weights(folder / "kept.weights.h5")),
    "load_weights .safetensors": Operation(
        lambda model, folder: model.load_weights(folder / "kept.weights.safetensors")),
    "to_json": Operation(lambda model, folder: keras.models.model_from_json(model.to_json())),
    "clone": Operation(lambda model, folder: keras.models.clone_model(model)),
}
