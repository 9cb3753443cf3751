"""Spans of steps: as long as nobody listens they grow, else each is one batch."""

from itertools import pairwise

import numpy as np
import pytest

import fastdense as keras
from fastdense import callbacks, layers, random
from fastdense.training import run as run_module
from fastdense.training.run import Run

X = np.random.default_rng(0).standard_normal((100, 4)).astype("f4")
Y = np.random.default_rng(1).integers(0, 3, 100)
SILENT = callbacks.CallbackList()
LISTENING = callbacks.CallbackList([callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: None, on_test_batch_end=lambda batch, logs: None)])


class Clock:
    """Stands for `time`: every batch takes a millisecond."""

    def __init__(self, run):
        self.run, self.now, self.spans = run, 0.0, []

    def perf_counter(self):
        return self.now


def prepared(metrics=(), batch_size=1, **hidden):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="relu", **hidden),
                              layers.Dense(3, activation="softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=list(metrics))
    model._prepare_engine()
    return model, Run(model, X, Y, None, batch_size)


def watch(monkeypatch, run, name):
    """Record the samples of every span, and let a clock tell that each took a millisecond."""
    clock, spans = Clock(run), []
    inner = getattr(run, name)

    def step(*args):
        first, last = args[-2:]
        spans.append((first, last))
        clock.now += 1e-3 * (last - first)
        return inner(*args)

    monkeypatch.setattr(run, name, step)
    monkeypatch.setattr(run_module, "time", clock)
    return spans


def ends(spans):
    """The sizes of spans that follow each other without gaps."""
    assert spans[0][0] == 0 and spans[-1][1] == 100
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    return [last - first for first, last in spans]


def test_spans_last_20_ms(monkeypatch):
    _, run = prepared(["accuracy"])
    spans = watch(monkeypatch, run, "_train_fused")
    run.train(None, SILENT)
    first, *rest, last = ends(spans)
    assert first == 1 and set(rest) <= {19, 20} and last <= 20


@pytest.mark.parametrize("case", ["listened to", "python metric", "plain path"])
def test_spans_of_one_batch(monkeypatch, case):
    metrics = [lambda y_true, y_pred: y_pred[:, 0]] if case == "python metric" else []
    hidden = {"kernel_constraint": "non_neg"} if case == "plain path" else {}
    _, run = prepared(metrics, **hidden)
    spans = watch(monkeypatch, run, "_train_plain" if hidden else "_train_fused")
    run.train(None, LISTENING if case == "listened to" else SILENT)
    assert ends(spans) == 100 * [1]


def test_spans_of_an_evaluation(monkeypatch):
    _, run = prepared()
    spans = watch(monkeypatch, run, "_evaluate")
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
        model, run = prepared(["accuracy"], batch_size)
        logs = run.train(np.arange(100)[::-1].copy(), listeners)
        assert int(model.optimizer.iterations) == run.n_batches == -(-100 // batch_size)
        results.append((logs, model.get_weights(), run.evaluate(listeners)))
    (logs, weights, values), (logs_2, weights_2, values_2) = results
    assert logs == logs_2 and values == values_2
    assert all((a == b).all() for a, b in zip(weights, weights_2, strict=True))


def test_an_order_may_be_read_only():
    _, run = prepared()
    order = np.arange(100)
    order.flags.writeable = False
    assert run.train(order, SILENT)["loss"] > 0


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
            run.train(None, callbacks.CallbackList([
                callbacks.LambdaCallback(on_train_batch_end=fail)]))
        assert [len(kept) for kept in plans.values()] == [1]


class Interrupted:
    """A plan whose spans end with Ctrl-C, which Python raises as soon as they return."""

    def __init__(self, plan):
        self.plan = plan

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
        run.train(None, SILENT)
    assert int(model.optimizer.iterations) == 2
    assert all((a == b).all() for a, b in zip(model.get_weights(), after, strict=True))


@pytest.mark.parametrize("at", [0, 1, 3, 4])
def test_a_resumed_run_is_the_same_run(at):
    """Stopped after so many batches of the second epoch, and gone on with in another model."""
    def started():
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        model.compile("rmsprop", "mse", metrics=["mse", lambda y, p: np.abs(p).sum(axis=-1)])
        x = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
        model._prepare_engine()
        return model, model._new_run(x, x[:, :2], None, 32)

    kept = {}

    class Keep(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if run.epoch == 1 and batch + 1 == at:
                keep()

    def keep():
        kept.update(weights=model.get_weights(), progress=run.progress(),
                    state=[v.numpy() for v in model.optimizer.variables])

    model, run = started()
    for epoch in range(2):
        if epoch == 1 and at == 0:
            keep()
        logs = run.train(run.draw_order(), callbacks.CallbackList([Keep()]))
        run.finish_epoch()
    after = random.draw_seed()
    other, again = started()
    other.set_weights(kept["weights"])
    other.optimizer.set_weights(kept["state"])
    again.resume(kept["progress"])
    assert (again.epoch, again.batch) == (1, at)
    assert again.train(again.draw_order(), callbacks.CallbackList([])) == logs
    assert random.draw_seed() == after
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
