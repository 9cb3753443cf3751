"""Programs that fork after, and while, they train; each prints what it has seen, as JSON.

    python forking.py SITUATION COUNT

A child that hangs is ended by an alarm of the system, which shows in its exit status.
"""

import json
import multiprocessing
import os
import signal
import sys
import threading
import time

import numpy as np
from promises import trainings

import fastdense as keras
from fastdense import config

HANG_S = 60
FEW = 3  # trainings in pools: so many for a quick look at one kind of pool
SAME, OTHER = 0, 3


def in_child(work):
    """Fork; return the exit status of a child that ends with what `work` returns."""
    child = os.fork()
    if child == 0:
        signal.alarm(HANG_S)
        status = 9
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def large_model():
    """One whose steps and predictions take both threads."""
    model = trainings.build("noisy")
    model.fit(trainings.SPARSE, trainings.LABELS, batch_size=64, verbose=0)
    return model


def after_fit(count):
    """fit and predict in the child give what they give in the parent afterwards."""
    config.set_num_threads(2)
    model = large_model()
    before = model.predict(trainings.DENSE)

    def go_on():
        same = (model.predict(trainings.DENSE) == before).all()
        model.fit(trainings.DENSE, trainings.LABELS, batch_size=64, shuffle=False, verbose=0)
        return same, trainings.digest(model, model.predict(trainings.DENSE))

    def compare():
        same, found = go_on()
        os.write(write, found.encode())
        return SAME if same and config.get_num_threads() == 1 else OTHER

    read, write = os.pipe()
    statuses, digests = [], set()
    for _ in range(count):
        statuses.append(in_child(compare))
        if statuses[-1] == SAME:
            digests.add(os.read(read, 64).decode())
    same, found = go_on()
    assert same and config.get_num_threads() == 2
    return {"statuses": statuses, "same": digests == {found}}


def while_busy(count):
    """The child is on its own: whatever other threads were at, fit and predict work there.

    A model that was in training has the weights of some moment; one that predicted, all its bits.
    """
    config.set_num_threads(2)
    training, predicting, ended = large_model(), large_model(), threading.Event()
    expected = predicting.predict(trainings.DENSE)

    def until_ended(work):
        while not ended.is_set():
            work()

    busy = [
        lambda: training.fit(trainings.DENSE, trainings.LABELS, verbose=0),
        lambda: predicting.predict(trainings.DENSE),
        lambda: keras.Sequential([keras.layers.Dense(3)]).predict(trainings.DENSE),
    ]
    threads = [threading.Thread(target=until_ended, args=[work]) for work in busy]
    for thread in threads:
        thread.start()

    def use():
        if (predicting.predict(trainings.DENSE) != expected).any():
            return OTHER
        training.fit(trainings.DENSE, trainings.LABELS, verbose=0)
        keras.Sequential([keras.layers.Dense(3)]).predict(trainings.DENSE)
        return SAME

    statuses = []
    for _ in range(count):
        time.sleep(0.002 * np.random.default_rng().random())
        statuses.append(in_child(use))
    ended.set()
    for thread in threads:
        thread.join()
    return {"statuses": statuses, "same": True}


def digest_of(name):
    return trainings.train(name)[1]


def pools(count):
    """Every way of multiprocessing to make its workers, after the parent has trained."""
    names = list(trainings.CASES)[:count]
    methods = multiprocessing.get_all_start_methods()
    expected = [digest_of(name) for name in names]
    found = {}
    for method in methods if count > FEW else ["fork"]:
        with multiprocessing.get_context(method).Pool(2) as pool:
            found[method] = pool.map_async(digest_of, names).get(timeout=5 * HANG_S) == expected
    return found


def joblib_pools(count):
    import joblib

    names = list(trainings.CASES)[:count]
    expected = [digest_of(name) for name in names]
    found = {}
    for backend in ("threading", "loky", "multiprocessing") if count > FEW else ("loky",):
        jobs = (joblib.delayed(one_at_a_time if backend == "threading" else digest_of)(name)
                for name in names)
        with joblib.parallel_config(backend=backend, n_jobs=2):
            found[backend] = joblib.Parallel(timeout=5 * HANG_S)(jobs) == expected
    return found


_seed = threading.Lock()


def one_at_a_time(name):
    """Threads share the random numbers that first weights and shuffles are drawn from."""
    with _seed:
        return digest_of(name)


SITUATIONS = {f.__name__: f for f in (after_fit, while_busy, pools, joblib_pools)}

if __name__ == "__main__":
    print(json.dumps(SITUATIONS[sys.argv[1]](int(sys.argv[2]))))
