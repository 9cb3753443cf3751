"""Batches from generators, data sets and loaders, in everything that takes them."""

import gc
import pickle
import threading

import numpy as np
import pytest

import fastdense as keras
from fastdense import callbacks, layers, utils

N, F, C = 24, 5, 3
RNG = np.random.default_rng(3)
X = RNG.standard_normal((N, F)).astype("f4")
LABELS = RNG.integers(0, C, N)
SILENT = {"verbose": 0, "shuffle": False}
OUT_OF_DATA = r"ran out of data; interrupting training"


def compiled(**options):
    keras.utils.set_random_seed(5)
    model = keras.Sequential([layers.Dense(4, activation="tanh"),
                              layers.Dense(C, activation="softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy",
                  **{"metrics": ["accuracy"], **options})
    return model


def same(a, b):
    return all((v == w).all() for v, w in zip(a.get_weights(), b.get_weights(), strict=True))


def pairs(size=6, n=N):
    return [(X[i:min(i + size, n)], LABELS[i:min(i + size, n)]) for i in range(0, n, size)]


class Batches(utils.PyDataset):
    """The pairs, and a diary of what was asked."""

    def __init__(self, size=6, **kwargs):
        super().__init__(**kwargs)
        self.pairs, self.diary = pairs(size), []

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        self.diary.append(index)
        return self.pairs[index]

    def on_epoch_begin(self):
        self.diary.append("begin")

    def on_epoch_end(self):
        self.diary.append("end")


class Loader:
    """Like a torch DataLoader: lists of things that know how to become arrays."""

    def __iter__(self):
        return ([Tensor(x), Tensor(y)] for x, y in pairs())

    def __len__(self):
        return 4


class Tensor:
    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype=dtype)


def forever():
    while True:
        yield from pairs()


# -- the same as arrays ----------------------------------------------------------------------------


@pytest.mark.parametrize("source", [
    Batches, lambda: Batches(workers=3), lambda: Batches(workers=2, use_multiprocessing=True),
    Loader, lambda: iter(pairs()), lambda: _Again(pairs())])
@pytest.mark.parametrize("options", [
    {}, {"metrics": [lambda y_true, y_pred: y_pred[:, 0]]}, {"weighted_metrics": ["accuracy"]}])
def test_fit_is_fit_on_arrays(source, options):
    """To the bit, and the same logs: whoever computes a batch."""
    a, b = compiled(**options), compiled(**options)
    one = a.fit(source(), epochs=1, validation_data=Batches(9), **SILENT)
    two = b.fit(X, LABELS, batch_size=6, epochs=1, validation_data=(X, LABELS), **SILENT)
    assert list(one.history) == list(two.history)
    for name, values in two.history.items():
        np.testing.assert_allclose(one.history[name], values, rtol=1e-12)
    assert same(a, b)


class _Again:
    """An iterable that starts anew, and no list."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


def test_batches_of_any_sizes():
    model, expected = compiled(), compiled()
    sizes = [3, 9, 1, 7, 4]
    ends = np.cumsum(sizes)
    given = [(X[e - s:e], LABELS[e - s:e]) for s, e in zip(sizes, ends, strict=True)]
    losses = []
    for x, y in given:
        losses.append(expected.train_on_batch(x, y)[0] * len(x))
    history = model.fit(_Again(given), **SILENT)
    assert history.history["loss"] == [pytest.approx(sum(losses) / N)]
    assert same(model, expected) and int(model.optimizer.iterations) == 5


def test_a_shuffled_data_set_takes_batches_in_another_order():
    a, b = compiled(), compiled()
    keras.utils.set_random_seed(9)
    dataset = Batches(2)
    a.fit(dataset, verbose=0)
    keras.utils.set_random_seed(9)
    order = keras.random.generator().permutation(12).tolist()
    assert dataset.diary == [0, "begin", *order, "end"]
    for index in order:
        b.train_on_batch(*dataset.pairs[index])
    assert same(a, b)


def test_evaluate_and_predict():
    model = compiled()
    outputs = model.predict(X)
    values = pytest.approx(model.evaluate(X, LABELS, verbose=0))
    for source in (Batches(), Batches(workers=2), Loader(), iter(pairs())):
        assert model.evaluate(source, verbose=0) == values
    for source in (Batches(), Batches(workers=2), Loader(), iter(pairs()),
                   iter([x for x, _ in pairs()]), iter([(x,) for x, _ in pairs()])):
        np.testing.assert_array_equal(model.predict(source), outputs)
    assert model.predict(forever(), steps=3).shape == (18, C)
    np.testing.assert_array_equal(model.predict(X, batch_size=5, steps=2), outputs[:10])
    np.testing.assert_array_equal(model.predict_classes(Batches()), outputs.argmax(axis=1))
    some = model.evaluate(X[:18], LABELS[:18], verbose=0)
    assert model.evaluate(forever(), steps=3, verbose=0) == pytest.approx(some)
    assert model.evaluate(X, LABELS, batch_size=6, steps=3, verbose=0) == pytest.approx(some)


def test_weights_in_batches():
    weights = RNG.uniform(size=N)
    a, b = compiled(weighted_metrics=["accuracy"]), compiled(weighted_metrics=["accuracy"])
    one = a.fit(_Again([(x, y, weights[6 * i:6 * i + 6]) for i, (x, y) in enumerate(pairs())]),
                **SILENT)
    two = b.fit(X, LABELS, batch_size=6, sample_weight=weights, **SILENT)
    assert one.history == two.history and same(a, b)


@pytest.mark.parametrize("source", [Batches, Loader, forever])
def test_class_weight(source):
    a, b = compiled(), compiled()
    a.fit(source(), class_weight={1: 4.0}, steps_per_epoch=4, **SILENT)
    b.fit(X, LABELS, batch_size=6, class_weight={1: 4.0}, **SILENT)
    assert same(a, b)


def test_class_weight_beside_weights_in_batches():
    with pytest.raises(ValueError, match="You cannot `class_weight` and `sample_weight` at"):
        compiled().fit(iter([(X, LABELS, np.ones(N))]), class_weight={1: 2.0}, **SILENT)


# -- epochs ----------------------------------------------------------------------------------------


def test_params_and_callbacks():
    calls = []
    listener = callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: calls.append(("epoch", epoch)),
        on_train_batch_begin=lambda batch, logs: calls.append(("begin", batch)),
        on_train_batch_end=lambda batch, logs: calls.append(("end", batch, *sorted(logs))),
        on_test_batch_end=lambda batch, logs: calls.append(("test", batch)))
    history = compiled().fit(forever(), epochs=2, steps_per_epoch=2, validation_data=forever(),
                             validation_steps=1, callbacks=[listener], **SILENT)
    logs = ("accuracy", "loss")
    epoch = [("begin", 0), ("end", 0, *logs), ("begin", 1), ("end", 1, *logs), ("test", 0)]
    assert calls == [("epoch", 0), *epoch, ("epoch", 1), *epoch]
    assert history.params == {"verbose": 0, "epochs": 2, "steps": 2}
    assert compiled().fit(iter(pairs()), **SILENT).params["steps"] is None
    assert compiled().fit(Loader(), **SILENT).params["steps"] == 4


def test_a_generator_that_ends_with_the_epoch():
    history = compiled().fit(iter(pairs()), **SILENT)
    assert history.epoch == [0]


def test_a_generator_that_ends_before_the_last_epoch():
    """No epoch without batches is reported: training stops where the data does."""
    model, ended = compiled(), []
    with pytest.warns(UserWarning, match=OUT_OF_DATA):
        history = model.fit(iter(pairs()), epochs=5, **SILENT, callbacks=[
            callbacks.LambdaCallback(on_train_end=ended.append)])
    assert history.epoch == [0] and ended[0]["loss"] == history.history["loss"][0]
    with pytest.warns(UserWarning, match=OUT_OF_DATA):
        history = model.fit(iter(pairs()), epochs=3, steps_per_epoch=3, **SILENT)
    assert history.epoch == [0, 1]
    assert int(model.optimizer.iterations) == 4 + 4


def test_a_validation_that_ends_before_the_last_epoch():
    with pytest.warns(UserWarning, match=OUT_OF_DATA):
        history = compiled().fit(X, LABELS, epochs=3, validation_data=iter(pairs()), **SILENT)
    assert len(history.history["loss"]) == 3 and len(history.history["val_loss"]) == 1


def test_hooks_of_a_data_set():
    training, validation = Batches(12), Batches(24)
    compiled().fit(training, epochs=2, validation_data=validation, **SILENT)
    assert training.diary == [0, *2 * ["begin", 0, 1, "end"]]
    assert validation.diary == [0, *2 * ["begin", 0, "end"]]


def test_stopping():
    def stop(batch, logs):
        model.stop_training = batch == 1

    dataset = Batches(workers=2)
    model = compiled()
    history = model.fit(dataset, epochs=3, **SILENT,
                        callbacks=[callbacks.LambdaCallback(on_train_batch_end=stop)])
    assert history.epoch == [0] and int(model.optimizer.iterations) == 2
    assert dataset.diary.count("end") == 1


@pytest.mark.parametrize("source", [lambda: X, Batches, forever])
def test_stop_predicting(source):
    def stop(batch, logs):
        model.stop_predicting = batch == 1

    model = compiled()
    outputs = model.predict(source(), batch_size=6, verbose=0, callbacks=[
        callbacks.LambdaCallback(on_predict_batch_end=stop)])
    np.testing.assert_array_equal(outputs, model.predict(X[:12]))


def test_stop_evaluating():
    def stop(batch, logs):
        model.stop_evaluating = batch == 1

    model = compiled()
    values = model.evaluate(forever(), verbose=0, callbacks=[
        callbacks.LambdaCallback(on_test_batch_end=stop)])
    assert values == pytest.approx(model.evaluate(X[:12], LABELS[:12], verbose=0))


# -- when something goes wrong ---------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_in_a_batch(workers):
    """What was trained until then is kept and counted; no thread stays behind."""
    class Broken(Batches):
        def __getitem__(self, index):
            if index == 2:
                raise OSError("disk on fire")
            return super().__getitem__(index)

    model, expected = compiled(), compiled()
    before = set(threading.enumerate())
    with pytest.raises(OSError, match="disk on fire"):
        model.fit(Broken(workers=workers), **SILENT)
    # Others may have ended: a worker of `errands` does, half a second after its last call.
    assert set(threading.enumerate()) <= before
    for x, y in pairs()[:2]:
        expected.train_on_batch(x, y)
    assert same(model, expected) and int(model.optimizer.iterations) == 2
    assert model.fit(Batches(), **SILENT).epoch == [0]


def test_a_wrong_batch_in_the_middle():
    model = compiled()
    with pytest.raises(ValueError, match=r"expected axis -1 .* to have value 5"):
        model.fit(iter([*pairs()[:2], (X[:, :3], LABELS)]), **SILENT)
    with pytest.raises(ValueError, match="Data cardinality is ambiguous"):
        model.fit(iter([*pairs()[:2], (X, LABELS[:3])]), **SILENT)
    with pytest.raises(ValueError, match="at least one sample"):
        model.fit(iter([*pairs()[:2], (X[:0], LABELS[:0])]), **SILENT)
    assert int(model.optimizer.iterations) == 6 and np.isfinite(model.get_weights()[0]).all()


def test_nothing_is_kept():
    """After a fit the model holds on to neither data nor the run."""
    model = compiled()

    def note(epoch, logs):
        pickle.loads(pickle.dumps(model))  # possible while it is trained

    x = X.copy()
    model.fit(x, LABELS, callbacks=[callbacks.LambdaCallback(on_epoch_end=note)], **SILENT)
    assert model._run is None
    gc.collect()
    assert not [r for r in gc.get_referrers(x) if isinstance(r, dict) and "samples" in r]


# -- other libraries' own --------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library):
    frames = pytest.importorskip(library)
    columns = {f"x{i}": X[:, i] for i in range(F - 1)} | {"flag": X[:, -1] > 0}
    frame, series = frames.DataFrame(columns), frames.Series(LABELS)
    plain = X.copy()
    plain[:, -1] = X[:, -1] > 0
    a, b = compiled(), compiled()
    one = a.fit(frame, series, validation_split=0.25, sample_weight=frames.Series(np.ones(N)),
                **SILENT)
    two = b.fit(plain, LABELS, validation_split=0.25, sample_weight=np.ones(N), **SILENT)
    assert one.history == two.history and same(a, b)
    np.testing.assert_array_equal(a.predict(frame), b.predict(plain))
    a.fit(iter([(frame, series)]), **SILENT)
    text = frames.DataFrame({**columns, "flag": ["no"] * N})
    with pytest.raises(TypeError, match="expected an array of real numbers"):
        a.predict(text)


def test_torch():
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(LABELS))
    a, b = compiled(), compiled()
    a.fit(torch.utils.data.DataLoader(dataset, batch_size=6), **SILENT)
    b.fit(torch.from_numpy(X).requires_grad_(), torch.from_numpy(LABELS), batch_size=6, **SILENT)
    assert same(a, b)
