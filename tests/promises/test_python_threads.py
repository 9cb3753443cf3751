"""Python threads that share one model get the bits of a single one, and never a crash."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers

THREADS = 4


@pytest.fixture(autouse=True)
def many_switches():
    """Python changes threads every 5 ms: too seldom to meet in code of a few microseconds."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def together(*jobs):
    """Run the jobs at once, each in a thread of its own; return what they return, in order."""
    barrier = threading.Barrier(len(jobs))

    def run(job):
        barrier.wait(60)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(120) for future in [pool.submit(run, job) for job in jobs]]


def small():
    return [layers.Dense(9, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.5),
            layers.Dense(3, activation="softmax")]


def large():
    """The first kernel has more than a megabyte, so that only the engine holds it in training."""
    return [layers.Dense(600, activation="relu"), layers.Dense(3, activation="softmax")]


def plain():
    """As large, but the optimizer's step is Python's, on the variables themselves."""
    return [layers.Dense(600, activation="relu", kernel_regularizer="l2"),
            layers.Dense(3, activation="softmax")]


@pytest.fixture(params=[(small, 12), (large, 500), (plain, 500)], ids=["small", "large", "plain"])
def case(request):
    """What makes a compiled model that is not built, and samples for it."""
    stack, features = request.param
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, features)).astype("float32")
    y = rng.integers(0, 3, 64)
    return lambda: compiled(stack), x, y


def compiled(stack):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(stack())
    model.compile("adam", "sparse_categorical_crossentropy",
                  metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2)])
    return model


def questions(model, x, y):
    """What only looks at a model, each with an answer to compare to the bit."""
    return [
        lambda: model.predict(x, verbose=0),
        lambda: model.predict_on_batch(x[:1]),
        lambda: model.predict(x[:17], batch_size=5, verbose=0),
        lambda: model(x[:7]),
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.evaluate(x[:9], y[:9], batch_size=2, verbose=0),
        lambda: model.test_on_batch(x[3:40], y[3:40]),
        lambda: weights_of(model),
    ]


def asked(question, times):
    return lambda: [question() for _ in range(times)]


def same(answers, expected):
    return all(np.array_equal(answer, expected) for answer in answers)


def weights_of(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def test_answers_are_those_of_one_thread(case, count, figure):
    make, x, y = case
    model = make()
    model.fit(x, y, verbose=0)  # so that the engine holds the weights when the threads ask
    asking = questions(model, x, y)
    expected = [question() for question in asking]
    rounds, times = count(4, 200), 5
    for i in range(rounds):
        model.set_weights(model.get_weights())  # and packs them anew, in one of the threads
        some = [(i * THREADS + j * (1 + i % 3)) % len(asking) for j in range(THREADS)]
        for k, answers in zip(some, together(*(asked(asking[j], times) for j in some)),
                              strict=True):
            assert same(answers, expected[k]), f"question {k}"
    figure("python threads", f"{rounds * THREADS * times} answers of {THREADS} threads on one "
           "shared model, all with the bits of one thread")


def test_first_use(case, count):
    """Whoever comes first builds the model; the others wait and see the same weights."""
    _, x, _ = case
    for _ in range(count(5, 100)):
        model = keras.Sequential([layers.Dense(8), layers.Dense(2)])
        answers = together(*[lambda model=model: model.predict(x, verbose=0)] * THREADS)
        assert same(answers, model.predict(x, verbose=0))
        assert len(model.weights) == 4


class Hold(keras.callbacks.Callback):
    """Keeps a fit at its first batch until it may go on."""

    def __init__(self):
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def on_train_batch_begin(self, batch, logs=None):
        self.reached.set()
        assert self.go_on.wait(60)


def test_a_second_fit_is_refused(case):
    make, x, y = case
    model = make()
    hold = Hold()
    with ThreadPoolExecutor(1) as pool:
        fit = pool.submit(model.fit, x, y, epochs=2, verbose=0, callbacks=[hold])
        assert hold.reached.wait(60)
        try:
            for train in (model.fit, model.train_on_batch):
                with pytest.raises(RuntimeError, match="is being trained already, in another"):
                    train(x, y)
        finally:
            hold.go_on.set()
        assert len(fit.result(60).history["loss"]) == 2
    model.fit(x, y, verbose=0)


def test_of_fits_that_come_together_one_trains(case, count):
    """However close they come: none waits for another to end, and trains the model again."""
    make, x, y = case

    class UntilTheOthersAreRefused(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            assert all(refused.acquire(timeout=10) for _ in range(THREADS - 1))

    def fit():
        try:
            return model.fit(x, y, verbose=0, callbacks=[UntilTheOthersAreRefused()])
        except RuntimeError as error:
            assert "is being trained already" in str(error)
            refused.release()

    model = make()
    for _ in range(count(10, 1_000)):
        refused = threading.Semaphore(0)
        histories = together(*[fit] * THREADS)
        assert sum(history is not None for history in histories) == 1


def test_watching_a_fit_does_not_change_it(case, count, tmp_path):
    """What the others see is of some moment; what they do leaves no trace in the training."""
    make, x, y = case
    epochs = count(2, 100)

    def fresh():
        model = make()
        model.build((None, x.shape[1]))
        return model

    def fit(model):
        keras.utils.set_random_seed(2)
        return model.fit(x, y, batch_size=8, epochs=epochs, verbose=0).history

    alone, watched = fresh(), fresh()
    expected = fit(alone)
    done = threading.Event()

    def fit_watched():
        try:
            return fit(watched)
        finally:
            done.set()

    def watch(*looks):
        def run():
            while not done.is_set():
                for look in looks:
                    look()
        return run

    asking = questions(watched, x, y)
    history, *_ = together(
        fit_watched, watch(*asking[:4]), watch(*asking[4:]),
        watch(lambda: watched.summary(print_fn=lambda line: None),
              lambda: watched.save(tmp_path / "model.keras")))
    assert history == expected
    assert np.array_equal(weights_of(watched), weights_of(alone))


def test_what_is_set_last_counts(case, count):
    """Weights that are set while others predict may show at once or later, but are never lost."""
    make, x, y = case
    model = make()
    model.fit(x, y, verbose=0)
    versions = [model.get_weights(), [w + 1 for w in model.get_weights()]]
    expected, settled = [], []
    for weights in versions:
        model.set_weights(weights)
        expected.append(model.predict(x, verbose=0))
        settled.append(weights_of(model))
    for i in range(count(10, 300)):
        together(lambda i=i: model.set_weights(versions[i % 2]),
                 *(asked(question, 5) for question in questions(model, x, y)[:3]))
        assert np.array_equal(model.predict(x, verbose=0), expected[i % 2])
        assert np.array_equal(weights_of(model), settled[i % 2])


def test_anything_at_once_is_no_crash(case, count, tmp_path):
    """Setting and loading weights in the middle of a fit: some values, and a model that works."""
    make, x, y = case
    model = make()
    model.fit(x, y, verbose=0)
    weights, expected = model.get_weights(), model.predict(x, verbose=0)
    path = tmp_path / "all.weights.safetensors"
    model.save_weights(path)
    whole = tmp_path / "whole.keras"
    model.save(whole)
    for _ in range(count(1, 100)):
        together(lambda: model.fit(x, y, batch_size=8, epochs=3, verbose=0),
                 asked(lambda: model.set_weights(weights), 10),
                 asked(lambda: model.load_weights(path), 10),
                 asked(lambda: keras.models.load_model(whole), 3),
                 asked(lambda: model.predict(x, verbose=0), 20),
                 asked(lambda: model.evaluate(x, y, verbose=0), 10),
                 asked(lambda: model.save_weights(tmp_path / "other.weights.safetensors"), 5))
    model.set_weights(weights)
    assert np.array_equal(model.predict(x, verbose=0), expected)
