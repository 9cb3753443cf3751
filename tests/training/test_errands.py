"""A long call runs on another thread, and who waits for it may leave."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import fastdense as keras
from fastdense import config, kernels
from fastdense.training import errands
from fastdense.training.errands import Errand, is_long


def started(call):
    errand = Errand(call)
    errand.start()
    return errand


def test_the_call_is_made_elsewhere():
    seen = []
    errand = started(lambda errand: seen.append((errand, threading.current_thread())))
    errand.wait()
    assert errand.done
    assert seen[0][0] is errand and seen[0][1] is not threading.current_thread()


def test_its_exception_is_raised_here():
    errand = started(lambda errand: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        errand.wait()
    started(lambda errand: None).wait()  # and the worker lives on


def test_a_worker_is_used_again(monkeypatch):
    monkeypatch.setattr(errands, "_LINGER_S", 60)  # however slow this machine is
    monkeypatch.setattr(errands, "_idle", [])
    names = []
    for _ in range(3):
        started(lambda errand: names.append(threading.get_ident())).wait()
    assert len(set(names)) == 1
    assert len(errands._idle) == 1


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="cannot count its threads")
def test_a_worker_ends_with_its_threads_when_no_more_comes(monkeypatch):
    """OpenMP spins between regions only while it has no more threads than there are CPUs."""
    monkeypatch.setattr(errands, "_LINGER_S", 0.05)
    monkeypatch.setattr(errands, "_idle", [])
    before = set(os.listdir("/proc/self/task"))
    x = np.ones((256, 256), "float32")
    started(lambda errand: keras.ops.matmul(x, x)).wait()
    deadline = time.monotonic() + 10
    while not set(os.listdir("/proc/self/task")) <= before:
        assert time.monotonic() < deadline, "a thread is still there"
        time.sleep(0.01)
    assert not errands._idle
    started(lambda errand: None).wait()  # by a new one


def test_a_worker_that_was_taken_as_it_meant_to_end_goes_on(monkeypatch):
    monkeypatch.setattr(errands, "_LINGER_S", 0.01)
    worker = errands._Worker()  # as if just taken: not among the idle ones
    time.sleep(0.1)  # it finds that it is not idle any more
    assert worker.is_alive()
    done = []
    errand = Errand(lambda errand: done.append(1))
    errand._worker = worker
    worker.send(errand)
    errand.wait()
    assert done == [1]


def test_it_has_the_threads_of_who_sends_it():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    for limit in (1, 2):
        with threadpoolctl.threadpool_limits(limit):
            expected, seen = kernels.cpu.get_thread_limit(), []
            started(lambda errand, seen=seen: seen.append(kernels.cpu.get_thread_limit())).wait()
        assert seen == [expected]


def test_who_is_interrupted_leaves():
    go_on = threading.Event()
    errand = started(lambda errand: go_on.wait())
    threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        errand.wait()
    assert not errand.done
    go_on.set()
    errand.wait()
    assert errand.done


def test_an_error_after_nobody_waits_is_raised_to_the_next_who_does():
    go_on = threading.Event()
    errand = started(lambda errand: go_on.wait() and 1 / 0)
    go_on.set()
    with pytest.raises(ZeroDivisionError):
        errand.wait()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_does_not_wait_for_a_thread_that_it_lacks():
    go_on = threading.Event()
    errand = started(lambda errand: go_on.wait())
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # ends a child that hangs
        errand.wait()
        started(lambda errand: None).wait()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    go_on.set()
    errand.wait()


def test_long():
    config.set_num_threads(2)
    assert is_long(3 * errands.LONG) and not is_long(1.9 * errands.LONG)
    elsewhere = []
    thread = threading.Thread(target=lambda: elsewhere.append(is_long(1e15)))
    thread.start()
    thread.join()
    assert elsewhere == [False]  # no signal would come there


@pytest.fixture
def all_are_long(monkeypatch):
    """Every call of the engine is an errand; returns the list of them."""
    made = []

    class Noted(Errand):
        def start(self):
            made.append(self)
            super().start()

    monkeypatch.setattr(errands, "LONG", 0)
    monkeypatch.setattr("fastdense.training.link.Errand", Noted)
    return made


def test_parts():
    assert list(errands.parts(3, 5, 192, 1.0)) == [(3, 5)]
    cut = list(errands.parts(0, 1000, 192, errands.LONG))
    assert cut == [(0, 192), (192, 384), (384, 576), (576, 768), (768, 960), (960, 1000)]


def everything(dense=None):
    x = np.random.default_rng(0).normal(size=(50, 6)).astype("f4")
    y = np.arange(50) % 3
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.layers.Dense(5, "relu", **(dense or {})), keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.3), keras.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=16, epochs=2, validation_split=0.2, verbose=0)
    return [history.history, model.evaluate(x, y, verbose=0), model.predict(x).tobytes(),
            [w.tobytes() for w in model.get_weights()]]


@pytest.mark.parametrize("dense", [{}, {"kernel_constraint": "non_neg"}], ids=["fused", "plain"])
def test_the_same_bits(all_are_long, monkeypatch, dense):
    found = everything(dense)
    assert len(all_are_long) >= 6 and all(errand.done for errand in all_are_long)
    monkeypatch.setattr(errands, "LONG", 1e18)
    count = len(all_are_long)
    assert everything(dense) == found
    assert len(all_are_long) == count


def test_what_comes_next_waits_for_a_step_that_was_left(all_are_long):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    x = np.ones((8, 4), "f4")
    model.train_on_batch(x, x[:, :3])
    link, go_on = model._link, threading.Event()
    threading.Timer(0.02, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        link.attend(lambda errand: go_on.wait())
    assert link.is_left and all_are_long[-1].abandoned
    ended = []
    threading.Timer(0.1, lambda: (ended.append(time.monotonic()), go_on.set())).start()
    link.engine_wrote()
    model.get_weights()
    assert ended and all_are_long[-1].done and not link.is_left


def steps_of_nadam(n):
    """A model after so many steps, and one more step."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile("nadam", "mse")
    x = np.ones((8, 4), "f4")
    for _ in range(n):
        model.train_on_batch(x, x[:, :3])
    return model, lambda: model.train_on_batch(x, x[:, :3])


@pytest.mark.parametrize("how", ["nothing", "a step", "noted by halves"])
def test_steps_are_counted_as_they_were_taken(monkeypatch, how):
    """Ctrl-C comes between any two instructions: before the engine's call, after it, and after the
    optimizer has been told of it."""
    model, step = steps_of_nadam(1)
    count, told = type(model.optimizer).count, []

    def engine(steps, call):
        def interrupted(*arguments):
            if how != "nothing":
                call(*arguments)
            if how != "noted by halves":
                raise KeyboardInterrupt
        return interrupted

    def interrupted(optimizer, n_steps):
        count(optimizer, n_steps)
        told.append(n_steps)
        if how == "noted by halves" and len(told) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("fastdense.training.steps.Steps._engine", engine)
    monkeypatch.setattr(type(model.optimizer), "count", interrupted)
    with pytest.raises(KeyboardInterrupt):
        step()
    monkeypatch.undo()
    step()
    expected, _ = steps_of_nadam(2 if how == "nothing" else 3)
    for found, value in zip(model.optimizer.variables, expected.optimizer.variables, strict=True):
        np.testing.assert_array_equal(found, value)


def test_an_errand_that_never_began_is_not_waited_for(monkeypatch):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    link = model._link

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(errands, "_free_worker", interrupted)
    with pytest.raises(KeyboardInterrupt):
        link.attend(lambda errand: None)
    assert not link.is_left
    model.predict(np.ones((2, 4)))


def test_nobody_asks_whether_the_worker_is_alive(monkeypatch):
    """Python 3.11 says no of a living thread, after a Ctrl-C in the middle of the answer."""
    go_on = threading.Event()
    errand = started(lambda errand: go_on.wait())
    monkeypatch.setattr(errands._Worker, "is_alive", lambda worker: False)
    threading.Timer(0.05, go_on.set).start()
    errand.wait()
    assert errand.done
