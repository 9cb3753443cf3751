"""Ctrl-C: whatever is under way ends at once, and what is left can be used."""

import os
import random
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from promises import trainings

import fastdense as keras
from fastdense import callbacks, layers

BOUND_S = 0.1
late = {}  # situation -> seconds, of each interrupt
RNG = np.random.default_rng(0)
# A step on all of them takes a second or more, and is finished before the model is used again.
X = RNG.random((60_000 if os.environ.get("FASTDENSE_PROVE") == "1" else 6_000, 784), dtype="f4")
Y = RNG.integers(0, 10, len(X))
BATCH = 10  # of the small trainings: 200 samples, 20 batches an epoch
SMALL_X, SMALL_Y = X[:200, :20].copy(), Y[:200]

# As of a terminal: a thread of this process would hold Python's lock when it sends, and keep it for
# as long as the machine has other things to do.
SENDER = """
import os, signal, sys, time
for after in sys.stdin:
    time.sleep(float(after))
    sent = time.perf_counter()  # one clock for all processes
    os.kill(int(sys.argv[1]), signal.SIGINT)
    print(sent, flush=True)
"""


@pytest.fixture(scope="module")
def sender():
    """A process that sends a SIGINT so many seconds after they are written to it."""
    with subprocess.Popen([sys.executable, "-c", SENDER, str(os.getpid())], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          start_new_session=True) as process:
        yield process
        process.stdin.close()


def network(n_inputs, *units, optimizer="rmsprop", **dense):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input((n_inputs,)), *(layers.Dense(u, "relu", **dense) for u in units),
        layers.Dense(10, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.predict(np.zeros((1, n_inputs), "f4"))
    return model


class Slow(keras.utils.PyDataset):
    def __len__(self):
        return 10**6

    def __getitem__(self, index):
        time.sleep(0.002)
        return SMALL_X[:BATCH], SMALL_Y[:BATCH]


def endless(x, y):
    while True:
        yield x, y


def one_by_one(model):
    for first in range(0, len(SMALL_X), BATCH):
        model.train_on_batch(SMALL_X[first:first + BATCH], SMALL_Y[first:first + BATCH])


def constrained():
    """A network whose steps Python takes, variable by variable."""
    return network(20, 16, optimizer="adam", kernel_constraint="max_norm")


def small(model, **options):
    model.fit(SMALL_X, SMALL_Y, batch_size=BATCH, shuffle=False, verbose=0, **options)


# Trainings of which every step is known, so that what an interrupt left behind can be done again.
KNOWN = {
    "many epochs": lambda model: small(model, epochs=10**6),
    "one epoch at a time": small,
    "plain": lambda model: small(model, epochs=10**6),
    "callbacks": lambda model: small(model, epochs=10**6, callbacks=[
        callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]),
    "validation": lambda model: small(
        model, epochs=10**6, validation_data=(X[:3000, :20], Y[:3000])),
    "train_on_batch": one_by_one,
}
OTHERS = {
    "book": (lambda: network(784, 512),
             lambda model: model.fit(X, Y, batch_size=128, verbose=0)),
    "all in one batch": (lambda: network(784, 512),
                        lambda model: model.fit(X, Y, batch_size=len(X), epochs=99, verbose=0)),
    "wide": (lambda: network(784, 2048, 2048, 2048),
             lambda model: model.fit(X, Y, batch_size=2048, epochs=9, verbose=0)),
    "plain, all in one batch": (
        lambda: network(784, 512, kernel_constraint="non_neg"),
        lambda model: model.fit(X, Y, batch_size=len(X), epochs=99, verbose=0)),
    "generator": (lambda: network(20, 16),
                  lambda model: model.fit(endless(SMALL_X, SMALL_Y), steps_per_epoch=10**6,
                                          verbose=0, shuffle=False)),
    "threads that make batches": (lambda: network(20, 16),
                                  lambda model: model.fit(Slow(workers=3), verbose=0)),
    "predict": (lambda: network(784, 2048, 2048), lambda model: model.predict(X)),
    "predict with callbacks": (lambda: network(784, 512),
                               lambda model: model.predict(X, callbacks=[callbacks.Callback()])),
    "evaluate": (lambda: network(784, 512), lambda model: model.evaluate(X, Y, verbose=0)),
    "evaluate, all in one batch": (
        lambda: network(784, 2048, 2048),
        lambda model: model.evaluate(X, Y, batch_size=len(X), verbose=0)),
}


def interrupt(sender, situation, call, after):
    """Call again and again until a SIGINT comes; note how late the KeyboardInterrupt was."""
    end = time.perf_counter() + after + 60
    with pytest.raises(KeyboardInterrupt):
        print(after, file=sender.stdin, flush=True)
        while time.perf_counter() < end:
            call()
    now = time.perf_counter()
    late.setdefault(situation, []).append(now - float(sender.stdout.readline()))


def check_usable(model, n_inputs):
    """The engine and the variables agree, and the model trains on as if nothing had been."""
    x, y = X[:64, :n_inputs], Y[:64]
    before = model.predict(x)
    assert np.isfinite(before).all() and all(np.isfinite(w).all() for w in model.get_weights())
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    np.testing.assert_array_equal(copy.predict(x), before)
    steps = int(model.optimizer.iterations)
    history = model.fit(x, y, batch_size=32, epochs=2, verbose=0)
    assert history.epoch == [0, 1] and np.isfinite(history.history["loss"]).all()
    assert int(model.optimizer.iterations) == steps + 4
    assert (np.float32(1e-45) * np.ones(1, "f4")).item() != 0


@pytest.mark.parametrize("situation", KNOWN)
def test_every_step_is_whole(situation, count, sender):
    """What is there afterwards is to the bit what as many steps give that nobody interrupted."""
    chance = random.Random(situation)
    make = constrained if situation == "plain" else lambda: network(20, 16)
    for _ in range(count(3, 60)):
        model = make()
        interrupt(sender, situation, lambda model=model: KNOWN[situation](model),
                  chance.uniform(0.002, 0.1))
        steps = int(model.optimizer.iterations)
        left = trainings.digest(model)
        if model.history is not None:  # at the end of an epoch: the name, then the values
            lengths = {len(model.history.epoch), *map(len, model.history.history.values())}
            assert max(lengths) - min(lengths) <= 1
        check_usable(model, 20)
        again = make()
        epochs, rest = divmod(steps, len(SMALL_X) // BATCH)
        if epochs:
            small(again, epochs=epochs)
        if rest:
            again.fit(SMALL_X[:rest * BATCH], SMALL_Y[:rest * BATCH], batch_size=BATCH,
                      shuffle=False, verbose=0)
        if steps:
            assert int(again.optimizer.iterations) == steps
            assert trainings.digest(again) == left


@pytest.mark.parametrize("situation", OTHERS)
def test_the_model_is_usable(situation, count, sender):
    make, call = OTHERS[situation]
    chance, model = random.Random(situation), make()
    active = threading.active_count()
    for _ in range(count(1, 8)):
        interrupt(sender, situation, lambda: call(model), chance.uniform(0.002, 0.3))
        check_usable(model, model.input_shape[1])
    # The worker that runs long calls, and one that ends a part that nobody waits for.
    assert threading.active_count() <= active + 2


def test_no_interrupt_comes_late(count, figure):
    """100 ms where nothing else runs; machines that are shared give processes a rest of seconds."""
    if not late:
        pytest.skip("the interrupts of this file were not sent")
    worst, situation = max((max(seconds), situation) for situation, seconds in late.items())
    figure("Ctrl-C", f"worst of {sum(map(len, late.values()))} interrupts: {1000 * worst:.0f} ms "
           f"({situation})")
    assert worst < count(5, BOUND_S), situation
