"""compile, fit, evaluate and predict: what Keras does with the same calls."""

import threading

import numpy as np
import pytest
import reference

import fastdense as keras
from fastdense import callbacks, layers, losses, metrics

N, F, C = 50, 6, 3
RNG = np.random.default_rng(7)
X = RNG.standard_normal((N, F)).astype("f4")
LABELS = RNG.integers(0, C, N)
ONE_HOT = np.eye(C, dtype="f4")[LABELS]
WEIGHTS = [(RNG.standard_normal(shape) / 2).astype("f4") for shape in ((F, 5), (5,), (5, C), (C,))]
QUIET = {"verbose": 0, "batch_size": 8}


def net(dtype="float32", **hidden):
    """A small classifier, always from the same weights."""
    model = keras.Sequential([keras.Input((F,)),
                              layers.Dense(5, activation="tanh", dtype=dtype, **hidden),
                              layers.Dense(C, activation="softmax", dtype=dtype)])
    model.set_weights(WEIGHTS)
    return model


def compiled(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=("accuracy",),
             model=None, **keywords):
    model = net() if model is None else model
    model.compile(optimizer, loss, metrics=list(metrics), **keywords)
    return model


def oracle(loss="sparse_categorical_crossentropy", optimizer="sgd", **options):
    return reference.Network(WEIGHTS, ["tanh", "softmax"], loss, optimizer, **options)


def batches(x, y, size):
    return [(x[i:i + size], y[i:i + size]) for i in range(0, len(x), size)]


def same(a, b):
    return all((v == w).all() for v, w in zip(a, b, strict=True))


def assert_close(model, expected, rtol=1e-5, atol=1e-6):
    for got, weight in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_allclose(got, weight, rtol=rtol, atol=atol)


# -- compile ---------------------------------------------------------------------------------------


def test_compile():
    model = net()
    assert not model.compiled and model.loss is None and model.optimizer is None
    model.compile()
    assert model.compiled and isinstance(model.optimizer, keras.optimizers.RMSprop)
    model.compile("SGD", "mse", run_eagerly=True, steps_per_execution=4, jit_compile=False)
    assert isinstance(model.optimizer, keras.optimizers.SGD) and model.loss == "mse"
    model.compile("sgd")  # as in Keras, the loss stays
    assert model.loss == "mse"


def test_compile_again_starts_anew_but_keeps_the_weights():
    model = compiled("rmsprop")
    model.fit(X, LABELS, **QUIET)
    weights = model.get_weights()
    model.compile("sgd", "categorical_crossentropy", metrics=["mse"])
    assert same(model.get_weights(), weights)
    history = model.fit(X, ONE_HOT, **QUIET)
    assert set(history.history) == {"loss", "mse"} and int(model.optimizer.iterations) == 7


# -- fit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 8, 25, 49, 50, 64])
def test_fit_is_the_oracle_batch_by_batch(size):
    """Every batch is trained, the last short one too; logs are means over the samples."""
    model, expected = compiled(), oracle()
    history = model.fit(X, LABELS, batch_size=size, epochs=2, shuffle=False, verbose=0)
    for epoch in range(2):
        loss = sum(expected.train_step(x, y) * len(x) for x, y in batches(X, LABELS, size)) / N
        np.testing.assert_allclose(history.history["loss"][epoch], loss, rtol=1e-5)
    assert_close(model, expected.weights)
    assert int(model.optimizer.iterations) == 2 * len(batches(X, LABELS, size))


def test_history():
    model = compiled()
    history = model.fit(X, LABELS, epochs=3, validation_split=0.2, **QUIET)
    assert history is model.history
    assert history.epoch == [0, 1, 2]
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert history.params == {"verbose": 0, "epochs": 3, "steps": 5}
    assert history.model is model
    for values in history.history.values():
        assert len(values) == 3 and all(type(value) is float for value in values)
    again = model.fit(X, LABELS, **QUIET)
    assert again is not history and again.epoch == [0] and len(history.epoch) == 3


def test_initial_epoch_and_no_epochs():
    model = compiled()
    assert model.fit(X, LABELS, epochs=4, initial_epoch=2, **QUIET).epoch == [2, 3]
    before = model.get_weights()
    for epochs, first in ((0, 0), (2, 2), (2, 5)):
        history = model.fit(X, LABELS, epochs=epochs, initial_epoch=first, **QUIET)
        assert (history.epoch, history.history) == ([], {})
    assert same(model.get_weights(), before)


def test_shuffle():
    keras.utils.set_random_seed(4)
    model = compiled()
    model.fit(X, LABELS, epochs=2, **QUIET)
    keras.utils.set_random_seed(4)
    expected = compiled()
    for _ in range(2):
        order = keras.random.generator().permutation(N)
        expected.fit(X[order], LABELS[order], shuffle=False, **QUIET)
    assert same(model.get_weights(), expected.get_weights())
    unshuffled = compiled()
    unshuffled.fit(X, LABELS, epochs=2, shuffle=False, **QUIET)
    assert not same(model.get_weights(), unshuffled.get_weights())


def test_set_random_seed_makes_everything_repeatable():
    results = []
    for seed in (5, 5, 6):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([layers.Dense(9, activation="relu"),
                                  layers.Dense(C, activation="softmax")])
        compiled("rmsprop", model=model).fit(X, LABELS, epochs=2, **QUIET)
        results.append(model.get_weights())
    assert same(results[0], results[1]) and not same(results[0], results[2])


@pytest.mark.parametrize(("n", "split", "train"), [(10, 0.25, 7), (50, 0.2, 40), (3, 0.5, 1)])
def test_validation_split_is_the_last_part_before_shuffling(n, split, train):
    keras.utils.set_random_seed(1)
    one = compiled()
    history = one.fit(X[:n], LABELS[:n], validation_split=split, epochs=2, **QUIET)
    keras.utils.set_random_seed(1)
    two = compiled()
    parts = X[train:n], LABELS[train:n]
    expected = two.fit(X[:train], LABELS[:train], validation_data=parts, epochs=2, **QUIET)
    assert history.history == expected.history
    assert same(one.get_weights(), two.get_weights())
    loss, accuracy = one.evaluate(*parts, verbose=0)
    assert (history.history["val_loss"][-1], history.history["val_accuracy"][-1]) == (
        loss, accuracy)


def test_validation_data_goes_before_the_split():
    model = compiled()
    history = model.fit(X, LABELS, validation_data=[X[:4], LABELS[:4]], validation_split=0.5,
                        validation_batch_size=3, **QUIET)
    assert history.params["steps"] == 7  # nothing was split off
    assert history.history["val_loss"] == [model.evaluate(X[:4], LABELS[:4], verbose=0)[0]]


@pytest.mark.parametrize(("frequency", "n"), [(1, 5), (2, 2), (7, 0), ([1, 3, 4], 3), ({2}, 1)])
def test_validation_freq(frequency, n):
    history = compiled().fit(X, LABELS, epochs=5, validation_split=0.2,
                             validation_freq=frequency, **QUIET).history
    assert len(history["loss"]) == 5 and len(history.get("val_loss", [])) == n


def test_validation_changes_nothing():
    one, two = compiled("rmsprop"), compiled("rmsprop")
    plain = one.fit(X, LABELS, epochs=3, shuffle=False, **QUIET).history
    checked = two.fit(X, LABELS, epochs=3, shuffle=False, validation_data=(X[:7], LABELS[:7]),
                      **QUIET).history
    assert same(one.get_weights(), two.get_weights())
    assert (plain["loss"], plain["accuracy"]) == (checked["loss"], checked["accuracy"])


# -- weights of samples and classes ----------------------------------------------------------------


def test_sample_weight():
    """The loss is the weighted sum over the number of samples; metrics take no heed of weights."""
    weights = RNG.random(N)
    model = compiled(weighted_metrics=["accuracy"])
    rows = -np.log(model.predict(X)[np.arange(N), LABELS])
    hits = model.predict_classes(X) == LABELS
    loss, accuracy, weighted = model.evaluate(X, LABELS, sample_weight=weights, verbose=0)
    np.testing.assert_allclose(loss, (weights * rows).mean(), rtol=1e-5)
    assert accuracy == pytest.approx(hits.mean())
    assert weighted == pytest.approx((weights * hits).sum() / weights.sum())
    logs = model.evaluate(X, LABELS, sample_weight=weights, verbose=0, return_dict=True)
    assert list(logs) == ["accuracy", "loss", "weighted_accuracy"]  # sorted


def test_weight_two_is_a_sample_seen_twice():
    weights = np.where(np.arange(10) < 5, 2.0, 1.0)
    doubled = np.concatenate([np.arange(10), np.arange(5)])
    a, b = compiled(keras.optimizers.SGD(0.1)), compiled(keras.optimizers.SGD(0.1 * 15 / 10))
    a.train_on_batch(X[:10], LABELS[:10], sample_weight=weights)
    b.train_on_batch(X[doubled], LABELS[doubled])
    assert_close(a, b.get_weights())


@pytest.mark.parametrize("y", [LABELS, LABELS[:, None], ONE_HOT])
def test_class_weight(y):
    loss = "categorical_crossentropy" if y is ONE_HOT else "sparse_categorical_crossentropy"
    a, b = compiled(loss=loss), compiled(loss=loss)
    weights = np.where(LABELS == 1, 3.0, np.where(LABELS == 2, 0.5, 1.0))
    a.fit(X, y, class_weight={1: 3.0, 2: 0.5}, shuffle=False, **QUIET)
    b.fit(X, y, sample_weight=weights, shuffle=False, **QUIET)
    assert same(a.get_weights(), b.get_weights())
    assert not same(a.get_weights(), WEIGHTS)


def test_weights_of_validation_data():
    weights = np.arange(10.0)
    model = compiled()
    history = model.fit(X, LABELS, validation_data=(X[:10], LABELS[:10], weights), **QUIET)
    expected = model.evaluate(X[:10], LABELS[:10], sample_weight=weights, verbose=0)[0]
    assert history.history["val_loss"] == [pytest.approx(expected)]


# -- callbacks -------------------------------------------------------------------------------------


class Diary(callbacks.Callback):
    """Writes every call down, with the names of its logs."""

    def __init__(self):
        self.lines = []


def _note(hook):
    def write(self, *args):
        *number, logs = args
        assert isinstance(logs, dict)
        self.lines.append((hook, *number, *sorted(logs)))
    return write


for _hook in [name for name in vars(callbacks.Callback) if name.startswith("on_")]:
    if _hook not in ("on_batch_begin", "on_batch_end"):
        setattr(Diary, _hook, _note(_hook))


def test_order_of_callbacks_in_fit():
    diary = Diary()
    compiled().fit(X[:20], LABELS[:20], epochs=2, validation_split=0.25, callbacks=[diary],
                   **QUIET)
    logs = ["accuracy", "loss"]
    epoch = [("on_train_batch_begin", 0), ("on_train_batch_end", 0, *logs),
             ("on_train_batch_begin", 1), ("on_train_batch_end", 1, *logs),
             ("on_test_begin",), ("on_test_batch_begin", 0), ("on_test_batch_end", 0, *logs),
             ("on_test_end", *logs)]
    every = [*logs, "val_accuracy", "val_loss"]
    assert diary.lines == [
        ("on_train_begin",),
        ("on_epoch_begin", 0), *epoch, ("on_epoch_end", 0, *every),
        ("on_epoch_begin", 1), *epoch, ("on_epoch_end", 1, *every),
        ("on_train_end", *every)]


def test_order_of_callbacks_in_evaluate_and_predict():
    model, diary = compiled(), Diary()
    model.evaluate(X[:12], LABELS[:12], callbacks=[diary], **QUIET)
    logs = ["accuracy", "loss"]
    assert diary.lines == [
        ("on_test_begin",), ("on_test_batch_begin", 0), ("on_test_batch_end", 0, *logs),
        ("on_test_batch_begin", 1), ("on_test_batch_end", 1, *logs), ("on_test_end", *logs)]
    diary.lines.clear()
    model.predict(X[:12], callbacks=[diary], **QUIET)
    assert diary.lines == [
        ("on_predict_begin",), ("on_predict_batch_begin", 0),
        ("on_predict_batch_end", 0, "outputs"), ("on_predict_batch_begin", 1),
        ("on_predict_batch_end", 1, "outputs"), ("on_predict_end",)]


def test_batch_callbacks_see_running_means_of_every_batch():
    seen = []
    model, expected = compiled(), oracle()
    model.fit(X, LABELS, shuffle=False, **QUIET, callbacks=[callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append((batch, logs["loss"])))])
    losses_ = np.array([expected.train_step(x, y) * len(x) for x, y in batches(X, LABELS, 8)])
    counts = np.minimum(np.arange(1, 8) * 8, N)
    assert [batch for batch, _ in seen] == list(range(7))
    np.testing.assert_allclose([loss for _, loss in seen], np.cumsum(losses_) / counts, rtol=1e-5)


@pytest.mark.parametrize(("hook", "steps", "epochs"), [
    ("on_train_batch_end", 3, [0]), ("on_epoch_end", 7, [0]), ("on_epoch_begin", 1, [0])])
def test_stop_training(hook, steps, epochs):
    def stop(number, logs=None):
        model.stop_training = hook != "on_train_batch_end" or number == 2

    diary = Diary()
    model = compiled()
    history = model.fit(X, LABELS, epochs=5, **QUIET,
                        callbacks=[callbacks.LambdaCallback(**{hook: stop}), diary])
    assert history.epoch == epochs and int(model.optimizer.iterations) == steps
    assert [line[0] for line in diary.lines[-2:]] == ["on_epoch_end", "on_train_end"]
    assert model.fit(X, LABELS, epochs=2, **QUIET).epoch == [0, 1]  # it is forgotten


def test_learning_rate_set_by_a_callback():
    def slow_down(epoch, logs):
        model.optimizer.learning_rate = 0.0 if epoch else 0.1

    model = compiled()
    after = []
    model.fit(X, LABELS, epochs=2, **QUIET, callbacks=[callbacks.LambdaCallback(
        on_epoch_begin=slow_down, on_epoch_end=lambda *_: after.append(model.get_weights()))])
    assert not same(after[0], WEIGHTS) and same(after[0], after[1])


# -- on one batch ----------------------------------------------------------------------------------


def test_train_on_batch():
    model, expected = compiled(), oracle()
    before = expected.loss(X, LABELS)
    loss, accuracy = model.train_on_batch(X, LABELS)
    np.testing.assert_allclose(loss, before, rtol=1e-5)  # before the step
    assert type(loss) is type(accuracy) is float
    expected.train_step(X, LABELS)
    assert_close(model, expected.weights)
    logs = model.train_on_batch(X, LABELS, return_dict=True)
    assert list(logs) == ["accuracy", "loss"] and logs["loss"] < loss
    assert isinstance(compiled(metrics=()).train_on_batch(X, LABELS), float)


def test_train_on_batch_is_fit_on_one_batch():
    a, b = compiled("rmsprop"), compiled("rmsprop")
    for x, y in batches(X, LABELS, 8):
        a.train_on_batch(x, y)
    b.fit(X, LABELS, shuffle=False, **QUIET)
    assert same(a.get_weights(), b.get_weights())


def test_test_on_batch_is_evaluate():
    model = compiled()
    values = model.evaluate(X, LABELS, verbose=0)
    assert model.test_on_batch(X, LABELS) == values
    assert model.test_on_batch(X, LABELS, return_dict=True) == dict(
        zip(["loss", "accuracy"], values, strict=True))
    assert same(model.get_weights(), WEIGHTS) and int(model.optimizer.iterations) == 0


# -- evaluate --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [None, 1, 7, 50, 99])
def test_evaluate(size):
    model, expected = compiled(), oracle()
    loss, accuracy = model.evaluate(X, LABELS, batch_size=size, verbose=0)
    np.testing.assert_allclose(loss, expected.loss(X, LABELS), rtol=1e-5)
    assert accuracy == pytest.approx((expected.forward(X).argmax(axis=1) == LABELS).mean())


def test_evaluate_gives_a_float_or_a_list_in_order_of_compile():
    assert isinstance(compiled(metrics=()).evaluate(X, LABELS, verbose=0), float)
    model = compiled(loss="categorical_crossentropy", metrics=("mse", "acc"))
    loss, mse, accuracy = model.evaluate(X, ONE_HOT, verbose=0)
    assert model.evaluate(X, ONE_HOT, verbose=0, return_dict=True) == {
        "acc": accuracy, "loss": loss, "mse": mse}
    with pytest.raises(ValueError, match=r"Arguments not recognized: {'foo': 1}"):
        model.evaluate(X, ONE_HOT, foo=1)


# -- predict ---------------------------------------------------------------------------------------


def test_predict_works_uncompiled_and_every_way_alike():
    model = net()
    outputs = model.predict(X)
    assert outputs.dtype == np.float32 and outputs.shape == (N, C)
    np.testing.assert_allclose(outputs, oracle().forward(X), rtol=1e-5)
    for got in (model(X), model(X, training=False), model.predict_on_batch(X),
                model.predict(X, batch_size=3, verbose=0),
                model.predict(X, batch_size=7, callbacks=[])):
        np.testing.assert_array_equal(got, outputs)
    np.testing.assert_array_equal(model.predict_classes(X), outputs.argmax(axis=1))


@pytest.mark.parametrize("width", [1, 7, 64, 200])
def test_a_row_alone_is_the_row_in_a_batch(width):
    model = keras.Sequential([layers.Dense(width, activation="relu"),
                              layers.Dense(C, activation="softmax")])
    x = RNG.standard_normal((300, 33)).astype("f4")
    outputs = model.predict(x)
    for first, last in ((0, 1), (130, 131), (5, 21), (17, 217), (299, 300)):
        np.testing.assert_array_equal(model.predict(x[first:last]), outputs[first:last])


def test_predict_nothing():
    assert net().predict(X[:0]).shape == (0, C)
    assert net().predict(X[:0], callbacks=[]).shape == (0, C)


def test_predict_classes_of_one_output():
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    got = model.predict_classes(np.array([[0.4], [0.5], [0.6]]))
    np.testing.assert_array_equal(got, [[0], [0], [1]])
    assert got.dtype == np.int64


# -- what Python computes equals what the engine computes ------------------------------------------


class PlainCrossentropy(losses.Loss):
    """Categorical cross-entropy that the engine does not know."""

    def call(self, y_true, y_pred):
        return -np.sum(y_true * np.log(y_pred), axis=-1)

    def gradient(self, y_true, y_pred):
        return -y_true / y_pred


class PlainAccuracy(metrics.Metric):
    def __init__(self, name="plain_accuracy"):
        super().__init__(name=name)
        self.hits, self.seen = self.add_variable((), "zeros"), self.add_variable((), "zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.hits.assign_add(np.sum(y_true.argmax(-1) == y_pred.argmax(-1)))
        self.seen.assign_add(len(y_true))

    def result(self):
        return float(self.hits) / float(self.seen)


@pytest.mark.parametrize("weights", [None, np.linspace(0, 2, N)])
def test_python_loss(weights):
    """With probabilities far from the clipping, both are the same function."""
    a = compiled(loss="categorical_crossentropy", metrics=())
    b = compiled(loss=PlainCrossentropy(), metrics=())
    kwargs = {"sample_weight": weights, "shuffle": False, "epochs": 3, **QUIET}
    one, two = (m.fit(X, ONE_HOT, **kwargs).history["loss"] for m in (a, b))
    np.testing.assert_allclose(one, two, rtol=1e-5)
    assert_close(a, b.get_weights())
    np.testing.assert_allclose(a.evaluate(X, ONE_HOT, sample_weight=weights, verbose=0),
                               b.evaluate(X, ONE_HOT, sample_weight=weights, verbose=0), rtol=1e-5)


def test_python_metrics():
    seen = []

    def mean_error(y_true, y_pred):
        seen.append(len(y_true))
        return np.abs(y_true - y_pred).mean(axis=-1)

    model = compiled(loss="categorical_crossentropy",
                     metrics=("accuracy", PlainAccuracy(), mean_error))
    history = model.fit(X, ONE_HOT, epochs=2, **QUIET).history
    assert history["plain_accuracy"] == pytest.approx(history["accuracy"])
    assert seen == 2 * [8, 8, 8, 8, 8, 8, 2]  # batch by batch, as they were trained
    logs = model.evaluate(X, ONE_HOT, verbose=0, return_dict=True)
    assert logs["plain_accuracy"] == pytest.approx(logs["accuracy"])
    np.testing.assert_allclose(logs["mean_error"], np.abs(model.predict(X) - ONE_HOT).mean(),
                               rtol=1e-5)
    silent = compiled(loss="categorical_crossentropy")
    silent.fit(X, ONE_HOT, shuffle=False, **QUIET)
    watched = compiled(loss="categorical_crossentropy", metrics=(PlainAccuracy(),))
    watched.fit(X, ONE_HOT, shuffle=False, **QUIET)
    assert same(silent.get_weights(), watched.get_weights())


def test_a_loss_without_gradient_evaluates_but_does_not_train():
    model = compiled(loss=lambda y_true, y_pred: np.abs(y_true - y_pred).mean(axis=-1), metrics=())
    assert model.evaluate(X, ONE_HOT, verbose=0) > 0
    with pytest.raises(NotImplementedError, match="expected a function with a gradient"):
        model.fit(X, ONE_HOT, verbose=0)
    assert same(model.get_weights(), WEIGHTS)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adagrad"])
def test_the_plain_path_is_the_fused_path(optimizer):
    """An optimizer with a clipping that never bites is not fused and gives the same bits."""
    fused = compiled(optimizer)
    kind = type(fused.optimizer)
    plain = compiled(kind(clipvalue=1e9))
    assert fused.optimizer.rule is not None and plain.optimizer.rule is None
    for model in (fused, plain):
        model.fit(X, LABELS, epochs=2, shuffle=False, **QUIET)
    assert same(fused.get_weights(), plain.get_weights())
    assert fused.history.history == plain.history.history


def test_regularizers_and_constraints():
    """Against the oracle's gradients with the penalty's added, then the constraint."""
    rate, l2, limit = 0.1, 0.05, 0.9
    model = compiled(keras.optimizers.SGD(rate), metrics=(), model=net(
        kernel_regularizer=keras.regularizers.L2(l2),
        kernel_constraint=keras.constraints.MaxNorm(limit)))
    history = model.fit(X, LABELS, epochs=2, shuffle=False, **QUIET)
    expected = oracle()
    for epoch in range(2):
        total = 0.0
        for x, y in batches(X, LABELS, 8):
            total += (expected.loss(x, y) + l2 * (expected.weights[0] ** 2).sum()) * len(x)
            gradients = expected.gradients(x, y)
            gradients[0] += 2 * l2 * expected.weights[0]
            for i, gradient in enumerate(gradients):
                expected.weights[i] -= rate * gradient
            norms = np.sqrt((expected.weights[0] ** 2).sum(axis=0))
            expected.weights[0] *= np.clip(norms, 0, limit) / (1e-7 + norms)
        np.testing.assert_allclose(history.history["loss"][epoch], total / N, rtol=1e-5)
    assert_close(model, expected.weights)
    penalty = l2 * (expected.weights[0] ** 2).sum()
    np.testing.assert_allclose(model.evaluate(X, LABELS, verbose=0),
                               expected.loss(X, LABELS) + penalty, rtol=1e-5)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("frozen", [0, 1])
def test_frozen_layers(frozen, plain):
    model = compiled(keras.optimizers.RMSprop(clipvalue=1e9 if plain else None))
    model.predict(X)  # on an engine that was made before the layer was frozen
    model.layers[frozen].trainable = False
    history = model.fit(X, LABELS, epochs=3, **QUIET).history
    still = same(model.get_weights()[2 * frozen:2 * frozen + 2],
                 WEIGHTS[2 * frozen:2 * frozen + 2])
    assert still and not same(model.get_weights(), WEIGHTS)
    assert history["loss"][-1] < history["loss"][0]
    model.layers[frozen].trainable = True
    model.fit(X, LABELS, **QUIET)  # takes effect at `compile`
    assert same(model.layers[frozen].get_weights(), WEIGHTS[2 * frozen:2 * frozen + 2])
    compiled(model=model).fit(X, LABELS, **QUIET)
    assert not same(model.layers[frozen].get_weights(), WEIGHTS[2 * frozen:2 * frozen + 2])


def test_all_frozen():
    model = net()
    model.trainable = False
    compiled(model=model).fit(X, LABELS, **QUIET)
    assert same(model.get_weights(), WEIGHTS)


# -- dtypes, shapes, threads -----------------------------------------------------------------------


def test_float64():
    keras.config.set_floatx("float64")  # the learning rate, too
    model, expected = compiled("rmsprop", model=net("float64")), oracle(optimizer="rmsprop")
    x = RNG.standard_normal((N, F))
    history = model.fit(x, LABELS, epochs=2, shuffle=False, **QUIET)
    for _ in range(2):
        loss = sum(expected.train_step(*b) * len(b[0]) for b in batches(x, LABELS, 8)) / N
    np.testing.assert_allclose(history.history["loss"][-1], loss, rtol=1e-12)
    assert_close(model, expected.weights, rtol=1e-10, atol=1e-12)
    assert model.predict(x).dtype == np.float64


def test_samples_of_rank_three():
    """Dense works on the last axis: as many rows as all other axes hold."""
    x, y = X[:48].reshape(8, 6, F), LABELS[:48].reshape(8, 6)
    cube, flat = (keras.Sequential([layers.Dense(5, activation="tanh"),
                                    layers.Dense(C, activation="softmax")]) for _ in range(2))
    cube.build((None, 6, F))
    flat.build((None, F))
    for model in (cube, flat):
        model.set_weights(WEIGHTS)
        compiled(model=model)
    assert cube.output_shape == (None, 6, C)
    np.testing.assert_array_equal(cube.predict(x).reshape(48, C), flat.predict(X[:48]))
    cube.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    flat.fit(X[:48], LABELS[:48], batch_size=12, shuffle=False, verbose=0)
    assert_close(cube, flat.get_weights())
    np.testing.assert_allclose(cube.history.history["loss"], flat.history.history["loss"],
                               rtol=1e-5)


@pytest.mark.parametrize("stack", [
    [layers.Flatten, lambda: layers.Rescaling(1 / 255)],
    [lambda: layers.Rescaling(1 / 255), layers.Flatten],
])
def test_flatten_and_rescaling_first(stack):
    pixels = RNG.integers(0, 256, (N, 2, 3), dtype=np.uint8)
    images = keras.Sequential([keras.Input((2, 3)), *(make() for make in stack), *net().layers])
    rows = net()
    images.set_weights(WEIGHTS)
    for model, x in ((images, pixels), (rows, pixels.reshape(N, F).astype("f4") / 255)):
        compiled(model=model).fit(x, LABELS, shuffle=False, **QUIET)
    assert_close(images, rows.get_weights())


def test_flatten_and_rescaling_in_the_middle():
    """Checked by central differences: the gradient of the loss by the first kernel."""
    model = keras.Sequential([
        keras.Input((2, 3)), layers.Dense(4, activation="tanh", dtype="float64"),
        layers.Rescaling(0.5, 0.25, dtype="float64"), layers.Flatten(dtype="float64"),
        layers.Dense(C, dtype="float64")])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    x, y = RNG.standard_normal((9, 2, 3)), RNG.standard_normal((9, C))
    kernel = model.layers[0].kernel
    before, weights = kernel.numpy(), model.get_weights()
    model.train_on_batch(x, y)
    step = before - kernel.numpy()
    for at in ((0, 0), (1, 2), (2, 3)):
        values = []
        for h in (1e-5, -1e-5):
            model.set_weights(weights)
            moved = before.copy()
            moved[at] += h
            kernel.assign(moved)
            values.append(model.test_on_batch(x, y))
        np.testing.assert_allclose(step[at], (values[0] - values[1]) / 2e-5, rtol=1e-6, atol=1e-9)


def test_same_bits_for_any_number_of_threads():
    x = RNG.standard_normal((700, 64)).astype("f4")
    y = RNG.integers(0, 10, 700)
    results = []
    for threads in (1, 2, 3):
        keras.config.set_num_threads(threads)
        keras.utils.set_random_seed(2)
        model = keras.Sequential([layers.Dense(150, activation="relu"),
                                  layers.Dense(10, activation="softmax")])
        compiled("rmsprop", model=model).fit(x, y, batch_size=128, epochs=2, verbose=0)
        results.append([*model.get_weights(), model.predict(x),
                        np.array(model.history.history["loss"])])
    assert same(results[0], results[1]) and same(results[0], results[2])


def test_one_fit_at_a_time():
    entered, release = threading.Event(), threading.Event()

    def wait(batch, logs):
        entered.set()
        release.wait(10)

    model = compiled()
    worker = threading.Thread(target=lambda: model.fit(X, LABELS, **QUIET, callbacks=[
        callbacks.LambdaCallback(on_train_batch_begin=wait)]))
    worker.start()
    assert entered.wait(10)
    for call in (lambda: model.fit(X, LABELS, verbose=0), lambda: model.train_on_batch(X, LABELS)):
        with pytest.raises(RuntimeError, match="is being trained already, in another thread"):
            call()
    assert model.predict(X).shape == (N, C)  # that may be done meanwhile
    release.set()
    worker.join(10)
    assert model.history.epoch == [0]
    model.fit(X, LABELS, verbose=0)


def test_the_lock_of_a_thread_that_is_gone():
    """As in a child, forked while another thread of its parent was training."""
    model = compiled()
    gone = threading.Thread(target=model._busy.acquire)
    gone.start()
    gone.join()
    model._trainer = gone
    assert model.fit(X, LABELS, **QUIET).epoch == [0]
    assert not model._busy.locked()


def test_four_threads_predict_on_one_model():
    model = keras.Sequential([layers.Dense(100, activation="relu"),
                              layers.Dense(10, activation="softmax")])
    x = RNG.standard_normal((500, 64)).astype("f4")
    expected = model.predict(x)
    wrong = []
    start = threading.Barrier(4)

    def work(k):
        start.wait(10)
        for i in range(60):
            first, last = (17 * i + k) % 400, (17 * i + k) % 400 + 1 + 25 * (i % 4)
            if (model.predict(x[first:last]) != expected[first:last]).any():
                wrong.append((k, i))

    workers = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert wrong == [] and not any(worker.is_alive() for worker in workers)


# -- output ----------------------------------------------------------------------------------------


def test_what_is_printed(capsys):
    model = compiled()
    model.fit(X, LABELS, verbose=0)
    model.evaluate(X, LABELS, verbose=0)
    model.predict(X)
    assert capsys.readouterr().out == ""
    model.fit(X, LABELS, epochs=2, verbose=2)
    out = capsys.readouterr().out
    assert "Epoch 1/2" in out and out.count("accuracy: ") == 2
    model.evaluate(X, LABELS)
    assert "2/2" in capsys.readouterr().out
