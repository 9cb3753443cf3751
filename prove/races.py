"""Runs every kind of parallel region, for ThreadSanitizer to watch: prove/tsan.sh."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import fastdense as keras
from fastdense import kernels, layers

# A last batch is shorter than the others, and rows are longer than HALF_PAGE of weights.pxi.
ROWS, FEATURES, CLASSES = 150, 520, 10
TEAMS = 2, 3, 7

# Each has enough work for seven threads, FLOPS_PER_THREAD of sharing.pxi. The first layers are also
# large enough for them to help each other, LEAST_HELP of product.pxi, but for the narrow net: that
# has few enough weights, WEIGHTS_A_SAMPLE, for threads to take samples of their own. The middling
# one has both, on one batch of all rows: two threads help in two products with no meeting between.
NETS = {
    "dense": lambda: [layers.Dense(300, activation="relu"), layers.Dense(70, activation="tanh")],
    "normalized": lambda: [
        layers.Dense(300), layers.BatchNormalization(), layers.PReLU(), layers.Dropout(0.3),
        layers.Dense(200, activation="gelu"), layers.LayerNormalization(),
        layers.GaussianNoise(0.1)],
    "rows": lambda: [
        layers.Rescaling(0.5), layers.Reshape((4, 130)), layers.Dense(200, activation="elu"),
        layers.Permute((2, 1)), layers.Flatten(), layers.ActivityRegularization(1e-4)],
    "narrow": lambda: [
        layers.Dense(48, activation="relu"), layers.Dropout(0.3),
        layers.ActivityRegularization(1e-4), layers.Dense(40, activation="tanh")],
    "middling": lambda: [
        layers.Dense(112, activation="relu"), layers.Dense(128, activation="tanh")],
}
OPTIMIZERS = "sgd", "adam", "rmsprop", "adagrad", "adamw"


def train(net, optimizer, sparse):
    """Fit, evaluate and predict; three quarters of the inputs are zero if `sparse`."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, FEATURES)).astype(keras.config.floatx())
    if sparse:
        x[rng.random(x.shape) < 0.75] = 0
    y = rng.integers(0, CLASSES, ROWS)
    model = keras.Sequential([*NETS[net](), layers.Dense(CLASSES, activation="softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=64, epochs=2, verbose=0)
    model.train_on_batch(x, y)
    model.evaluate(x, y, batch_size=64, verbose=0)
    model(x, training=True)
    for rows in 1, 16, ROWS:
        model.predict_on_batch(x[:rows])
    return model, x


def ask_together(model, x):
    """Python threads, each of which opens regions of its own, on one model."""
    with ThreadPoolExecutor(3) as pool:
        for _ in pool.map(lambda rows: model.predict_on_batch(x[:rows]), [ROWS, 16, 90] * 3):
            pass


def main():
    runs = 0
    for threads in TEAMS:
        keras.config.set_num_threads(threads)
        for net, optimizer in zip(NETS, OPTIMIZERS, strict=True):
            for dtype in "float32", "float64":
                keras.config.set_floatx(dtype)
                # in so small a cache every input is too large: it is copied to blocks
                kernels.cpu.set_resident(1 if dtype == "float32" else 0)
                model, x = train(net, optimizer, sparse=net in ("dense", "narrow"))
                ask_together(model, x)
                runs += 1
    print(f"{runs} fits on {kernels.level} with {', '.join(map(str, TEAMS))} threads")


if __name__ == "__main__":
    sys.exit(main())
