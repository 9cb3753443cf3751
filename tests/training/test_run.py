"""Spans of steps: as long as nobody listens they grow, else each is one batch."""

import json
from itertools import pairwise

import numpy as np
import pytest

import fastdense as keras
from fastdense import callbacks, layers
from fastdense.training.run import Run, run_batch
from fastdense.training.samples import Samples
from fastdense.training.sources import source as source_module
from fastdense.training.sources.arrays import Arrays
from fastdense.training.sources.source import Feed
from fastdense.training.steps import Steps

X = np.random.default_rng(0).standard_normal((100, 4)).astype("f4")
Y = np.random.default_rng(1).integers(0, 3, 100)
SILENT = callbacks.CallbackList()
LISTENING = callbacks.CallbackList([callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: None, on_test_batch_end=lambda batch, logs: None)])


class Clock:
    """Stands for `time`: every batch takes a millisecond."""

    now = 0.0

    def perf_counter(self):
        return self.now


def prepared(metrics=(), batch_size=1, shuffle=False, steps=None, **hidden):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="relu", **hidden),
                              layers.Dense(3, activation="softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=list(metrics))
    model._prepare_engine()
    return model, Run(model, Feed(Arrays(Samples(model, X, Y), batch_size, shuffle), steps))


def watch(monkeypatch, name):
    """Record the samples of every span, and let a clock tell that each took a millisecond."""
    clock, spans = Clock(), []
    inner = getattr(Steps, name)

    def step(self, span):
        spans.append((span.first, span.last))
        clock.now += 1e-3 * (span.last - span.first)
        return inner(self, span)

    monkeypatch.setattr(Steps, name, step)
    monkeypatch.setattr(source_module, "time", clock)
    return spans


def ends(spans):
    """The sizes of spans that follow each other without gaps."""
    assert spans[0][0] == 0 and spans[-1][1] == 100
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    return [last - first for first, last in spans]


def test_spans_last_20_ms(monkeypatch):
    _, run = prepared(["accuracy"])
    spans = watch(monkeypatch, "train")
    run.train(SILENT)
    first, *rest, last = ends(spans)
    assert first == 1 and set(rest) <= {19, 20} and last <= 20


@pytest.mark.parametrize("case", ["listened to", "python metric", "plain path"])
def test_spans_of_one_batch(monkeypatch, case):
    metrics = [lambda y_true, y_pred: y_pred[:, 0]] if case == "python metric" else []
    hidden = {"kernel_constraint": "non_neg"} if case == "plain path" else {}
    _, run = prepared(metrics, **hidden)
    spans = watch(monkeypatch, "train")
    run.train(LISTENING if case == "listened to" else SILENT)
    assert ends(spans) == 100 * [1]


def test_spans_of_an_evaluation(monkeypatch):
    _, run = prepared()
    spans = watch(monkeypatch, "evaluate")
    run.evaluate(SILENT)
    assert max(ends(spans)) == 20
    spans.clear()
    run.evaluate(LISTENING)
    assert ends(spans) == 100 * [1]


@pytest.mark.parametrize("batch_size", [1, 7, 32, 100, 1000])
def test_spans_do_not_show_in_the_result(batch_size):
    results = []
    for listeners in (SILENT, LISTENING):
        keras.utils.set_random_seed(1)
        model, run = prepared(["accuracy"], batch_size, shuffle=True)
        logs = run.train(listeners)
        assert int(model.optimizer.iterations) == run.feed.n_batches == -(-100 // batch_size)
        results.append((logs, model.get_weights(), run.evaluate(listeners)))
    (logs, weights, values), (logs_2, weights_2, values_2) = results
    assert logs == logs_2 and values == values_2
    assert all((a == b).all() for a, b in zip(weights, weights_2, strict=True))


@pytest.mark.parametrize("kind", ["fused", "plain"])
def test_schedules_count_steps(kind):
    rates = []

    class Seen(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            rates.append(step)
            return 0.01

        def get_config(self):
            return {}

    model = keras.Sequential([layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.SGD(Seen(), clipvalue=1.0 if kind == "plain" else None),
                  "sparse_categorical_crossentropy")
    model.fit(X, Y, batch_size=30, epochs=2, verbose=0)
    assert rates == list(range(8))


def test_an_exception_gives_the_plan_back():
    model, run = prepared()
    plans = model._link._plans

    def fail(batch, logs):
        raise OSError("disk full")

    for _ in range(3):
        with pytest.raises(OSError, match="disk full"):
            run.train(callbacks.CallbackList([
                callbacks.LambdaCallback(on_train_batch_end=fail)]))
        assert [len(kept) for kept in plans.values()] == [1]


class Interrupted:
    """A plan whose spans end with Ctrl-C, which Python raises as soon as they return."""

    def __init__(self, plan):
        self.plan, self.batch_size = plan, plan.batch_size

    def train(self, *args):
        self.plan.train(*args)
        raise KeyboardInterrupt


def test_what_was_done_before_ctrl_c_counts(monkeypatch):
    model, run = prepared(batch_size=100)
    expected = model.get_weights()
    model.train_on_batch(X, Y)
    after = model.get_weights()
    model.set_weights(expected)
    link, borrow = model._link, model._link.borrow
    monkeypatch.setattr(link, "borrow", lambda *key: (key, Interrupted(borrow(*key)[1])))
    for slot in model.optimizer.variables[2:]:
        slot.assign(np.zeros(slot.shape))
    with pytest.raises(KeyboardInterrupt):
        run.train(SILENT)
    assert int(model.optimizer.iterations) == 2
    assert all((a == b).all() for a, b in zip(model.get_weights(), after, strict=True))


def test_run_batch():
    model, run = prepared(["accuracy"], batch_size=100)
    samples = Samples(model, X, Y)
    before = run_batch(model, samples, training=False)
    assert before == run.evaluate(SILENT)
    assert run_batch(model, samples, training=True) == before  # as they were before the step
    assert run_batch(model, samples, training=False)["loss"] < before["loss"]
    assert int(model.optimizer.iterations) == 1


def test_stop_evaluating():
    model, run = prepared(batch_size=10)
    seen = []

    def stop(batch, logs):
        seen.append(batch)
        model.stop_evaluating = batch == 2

    logs = run.evaluate(callbacks.CallbackList([callbacks.LambdaCallback(on_test_batch_end=stop)]))
    assert seen == [0, 1, 2]
    assert logs["loss"] == pytest.approx(model.evaluate(X[:30], Y[:30], verbose=0))


# -- stopping and going on -------------------------------------------------------------------------


def train(model, run, epochs, after=None):
    """Train, and at the end of one batch, (epoch, batch), take down all there is to go on with."""
    taken = []

    def note(batch, logs):
        if (run.epoch, batch) == after:
            taken.append((json.loads(json.dumps(run.progress())), model.get_weights(),
                          [v.numpy() for v in model.optimizer.variables]))

    listeners = callbacks.CallbackList([callbacks.LambdaCallback(on_train_batch_end=note)])
    logs = []
    while run.epoch < epochs:
        logs.append(run.train(listeners))
        run.finish_epoch()
    return logs, taken


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("steps", [None, 4])
@pytest.mark.parametrize("after", [(0, 0), (0, 3), (1, 2), (1, 3), (2, 1)])
def test_a_resumed_run_is_the_same_run(after, steps, shuffle):
    """Whatever batch the run was broken off at: logs, weights and random numbers, to the bit."""
    metrics = ["accuracy", lambda y_true, y_pred: y_pred[:, 0]]
    keras.utils.set_random_seed(3)
    model, run = prepared(metrics, 9, shuffle, steps)
    logs, [(progress, weights, state)] = train(model, run, 3, after)
    expected = model.get_weights(), keras.random.draw_seed()

    keras.utils.set_random_seed(77)
    model, run = prepared(metrics, 9, shuffle, steps)
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    run.resume(progress)
    assert (run.epoch, run.batch) == (after[0], after[1] + 1)
    rest, _ = train(model, run, 3)
    assert rest == logs[after[0]:]
    assert all((a == b).all() for a, b in zip(model.get_weights(), expected[0], strict=True))
    assert keras.random.draw_seed() == expected[1]


def test_progress_between_epochs_is_at_the_next():
    keras.utils.set_random_seed(3)
    model, run = prepared((), 9, shuffle=True)
    run.train(SILENT)
    run.finish_epoch()
    progress, weights = run.progress(), model.get_weights()
    state = [v.numpy() for v in model.optimizer.variables]
    assert (progress["epoch"], progress["batch"]) == (1, 0)
    expected = run.train(SILENT)
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    other = Run(model, Feed(Arrays(Samples(model, X, Y), 9, shuffle=True)))
    other.resume(progress)
    assert other.train(SILENT) == expected
