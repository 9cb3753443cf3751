"""Which loss and metrics the engine computes, what they are called, and their running means."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from golden import make_measures

import fastdense
from fastdense import losses, metrics
from fastdense.kernels.rules import LossRule, MetricRule
from fastdense.training.measures import Measures


def measures(loss="sparse_categorical_crossentropy", given=(), weighted=(), y=(9,), outputs=(3,),
             by_row=False):
    compiled = SimpleNamespace(loss=loss, loss_weight=1.0, metrics=list(given),
                               weighted_metrics=list(weighted))
    return Measures(compiled, y, outputs, np.dtype("f4"), by_row)


def plain(y_true, y_pred):
    return np.abs(np.subtract(y_true, y_pred)).mean(axis=-1)


@pytest.mark.parametrize(("loss", "given", "y", "outputs", "compiled"), [
    ("sparse_categorical_crossentropy", ["accuracy"], (9,), (3,), ["sparse_categorical_accuracy"]),
    ("sparse_categorical_crossentropy", ["acc"], (9, 1), (3,), ["sparse_categorical_accuracy"]),
    ("categorical_crossentropy", ["accuracy", "mse"], (9, 3), (3,),
     ["categorical_accuracy", "mean_squared_error"]),
    ("binary_crossentropy", ["accuracy"], (9,), (1,), ["binary_accuracy"]),
    ("mse", ["accuracy"], (9, 1), (1,), ["binary_accuracy"]),
    ("crossentropy", ["crossentropy"], (9,), (3,), ["sparse_categorical_crossentropy"]),
    ("sparse_categorical_crossentropy", ["mse"], (9,), (3,), []),  # of another kind of target
    ("categorical_crossentropy", [plain, metrics.TopKCategoricalAccuracy()], (9, 3), (3,), []),
    (losses.LossFunctionWrapper(plain), ["accuracy"], (9, 3), (3,), []),
])
def test_what_is_compiled(loss, given, y, outputs, compiled):
    m = measures(loss, given, y=y, outputs=outputs)
    assert [rule.kind for rule in m.rules] == compiled
    assert m.needs_outputs == (len(compiled) < len(given))
    assert len(m.totals) == 1 + len(compiled)
    assert (m.rule is None) == isinstance(loss, losses.Loss)


def test_weighted_metrics_are_not_compiled():
    m = measures(weighted=["accuracy"])
    assert m.rules == () and m.needs_outputs and m.weighted == [True]


@pytest.mark.parametrize(("from_logits", "compiled"), [(True, 1), (False, 0)])
def test_metrics_from_logits(from_logits, compiled):
    m = measures(losses.CategoricalCrossentropy(from_logits=from_logits),
                 [metrics.CategoricalCrossentropy(from_logits=True)], y=(9, 3))
    assert m.rule == LossRule("categorical_crossentropy", from_logits)
    assert len(m.rules) == compiled
    if compiled:
        assert m.rules[0] == MetricRule("categorical_crossentropy", from_logits=True)


@pytest.mark.parametrize(("given", "weighted", "names"), [
    (["accuracy", "accuracy"], [], ["accuracy", "accuracy_1"]),
    (["acc", "accuracy"], [], ["acc", "accuracy"]),
    (["accuracy"], ["accuracy"], ["accuracy", "weighted_accuracy"]),
    ([], ["accuracy"], ["accuracy"]),
    ([plain, metrics.MeanSquaredError(name="error")], [], ["plain", "error"]),
    ([metrics.Mean(name="loss")], [], ["loss_1"]),
    (["accuracy"], ["accuracy", "accuracy"],
     ["accuracy", "weighted_accuracy", "weighted_accuracy_1"]),
])
def test_names(given, weighted, names):
    assert measures(given=given, weighted=weighted).names == names


def test_logs_are_means_over_the_samples_so_far():
    m = measures(given=["accuracy"])
    m.totals[:] = 6.0, 3.0
    assert m.logs(4) == {"loss": 1.5, "accuracy": 0.75}
    assert all(type(value) is float for value in m.logs(4).values())
    m.finish(4)
    assert m.metrics[0].result() == 0.75  # the metric object knows it, too
    m.reset()
    assert (m.totals == 0).all() and m.metrics[0].result() == 0


def test_show():
    m = measures("mse", [plain], ["mse"], y=(4, 2), outputs=(2,))
    y, outputs = np.zeros((4, 2)), np.arange(8.0).reshape(4, 2)
    weights = np.array([1.0, 0.0, 0.0, 1.0])
    m.show(y[:2], outputs[:2], weights[:2])
    m.show(y[2:], outputs[2:], weights[2:])
    logs = m.logs(4)
    assert logs["plain"] == outputs.mean()
    assert logs["mse"] == pytest.approx(((outputs**2).mean(axis=1) * weights).sum() / 2)


def test_read_targets():
    targets, labels = measures().read_targets(np.array([0, 2]))
    assert targets is None and labels.shape == (2, 1)
    targets, labels = measures("mse", y=(2, 3)).read_targets(np.zeros((2, 3)))
    assert labels is None and targets.dtype == np.float32
    assert measures(losses.LossFunctionWrapper(plain), y=(2, 3)).read_targets(
        np.zeros((2, 3))) == (None, None)


def test_weights_of_rows_are_python_s():
    """The engine gets no targets then, but they are checked all the same."""
    m = measures(given=["accuracy"], y=(9, 2), outputs=(2, 3), by_row=True)
    assert m.rule is None and m.rules == () and m.needs_outputs
    assert m.read_targets(np.array([[0, 2]])) == (None, None)
    with pytest.raises(ValueError, match="class numbers from 0 to 2"):
        m.read_targets(np.array([[0, 3]]))


@pytest.mark.parametrize(("loss", "y", "outputs", "compiled"), [
    ("mse", (9, 1), (3,), True), ("mse", (9, 3), (1,), False), ("mse", (9, 1), (1,), True)])
def test_targets_and_outputs_of_different_width(loss, y, outputs, compiled):
    m = measures(loss, [plain], y=y, outputs=outputs)
    assert (m.rule is not None) == compiled
    targets, labels = m.read_targets(np.ones(y))
    assert labels is None and (targets is not None) == compiled


def test_cross_entropies_do_not_stretch():
    for y, outputs in (((9, 1), (3,)), ((9, 3), (1,))):
        with pytest.raises(ValueError, match="must have the same shape"):
            measures("binary_crossentropy", y=y, outputs=outputs).read_targets(np.ones(y))


def test_the_gradient_of_one_output_for_several_targets():
    m = measures("mse", y=(4, 3), outputs=(1,))
    y, p = np.arange(12.0).reshape(4, 3), np.ones((4, 1), "f4")
    value, gradient = m.loss_and_gradient(y, p, None)
    assert value == pytest.approx(((p - y) ** 2).mean()) == m.loss_value(y, p, None)
    np.testing.assert_allclose(gradient, 2 * (p - y).mean(axis=1, keepdims=True) / 4)


@pytest.mark.parametrize(("dtype", "total", "loss"), [
    ("f4", 6e38, 3e38), ("f4", 8e38, np.inf), ("f4", -8e38, -np.inf), ("f4", np.nan, np.nan),
    ("f8", 8e38, 4e38), ("f8", np.inf, np.inf),
])
def test_a_loss_is_infinite_where_the_dtype_ends(dtype, total, loss):
    compiled = SimpleNamespace(loss="mse", loss_weight=1.0, metrics=[], weighted_metrics=[])
    m = Measures(compiled, (9, 3), (3,), np.dtype(dtype))
    m.totals[0] = total
    np.testing.assert_equal(m.logs(2)["loss"], loss)
# -- in fit, as Keras ------------------------------------------------------------------------------

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/measures.json").read_text())


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda g: f"{g['case'][0]}{g['case'][1]}")
def test_fit_logs_what_keras_logs(golden):
    """Whole runs with a short last batch, weights, weighted metrics and validation.

    1e-5 is what 12 updates of float32 weights may add to the rounding of one number.
    """
    history = make_measures.train(fastdense, *golden["case"])
    assert set(history) == set(golden["history"])
    for name, values in golden["history"].items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5, atol=1e-6, err_msg=name)


class Extremes(metrics.Metric):
    """A metric of the user: least and greatest error, as a dict, and how often it was shown."""

    def __init__(self, name="extremes"):
        super().__init__(name=name)
        self.seen = self.add_weight(shape=(2,), initializer="zeros", name="seen")
        self.shown = self.add_variable((), "zeros", name="shown")

    def update_state(self, y_true, y_pred, sample_weight=None):
        error = np.ravel(y_pred) - np.ravel(y_true)
        if sample_weight is not None:
            error = error * sample_weight
        least, greatest = self.seen.numpy()
        self.seen.assign([min(least, error.min()), max(greatest, error.max())])
        self.shown.assign_add(len(error))

    def result(self):
        both = self.seen.numpy()
        return {f"{self.name}_least": both[0], f"{self.name}_both": both}


def test_metrics_of_the_user(rng):
    x, y = rng.standard_normal((7, 2)), rng.standard_normal((7, 1))
    weights = np.array([0.0, 1, 1, 1, 1, 1, 5])
    model = fastdense.Sequential([fastdense.layers.Dense(1)])
    model.compile("sgd", "mae", metrics=[Extremes(), plain], weighted_metrics=[Extremes("w")])
    logs = model.evaluate(x, y, sample_weight=weights, batch_size=3, verbose=0, return_dict=True)
    error = model.predict(x, verbose=0)[:, 0] - y[:, 0]
    assert logs["plain"] == pytest.approx(np.abs(error).mean(), rel=1e-5)
    least, greatest = min(error.min(), 0), max(error.max(), 0)
    assert logs["extremes_least"] == pytest.approx(least, rel=1e-5)
    np.testing.assert_allclose(logs["extremes_both"], [least, greatest], rtol=1e-5)
    assert type(logs["extremes_least"]) is float
    assert type(logs["extremes_both"]) is np.ndarray
    assert logs["w_least"] == pytest.approx(min((weights * error).min(), 0), rel=1e-5)
    assert [float(m.shown) for m in model.metrics if isinstance(m, Extremes)] == [7, 7]
    assert "extremes" not in logs


class Quartic(losses.Loss):
    """A loss of the user that is a number for each output, not for each sample."""

    def call(self, y_true, y_pred):
        return (y_pred - y_true) ** 4

    def gradient(self, y_true, y_pred):
        return 4 * (y_pred - y_true) ** 3


@pytest.mark.parametrize("weighted", [False, True])
def test_loss_of_the_user(weighted, rng):
    x, y = rng.standard_normal((7, 2)), rng.standard_normal((7, 3))
    weights = rng.uniform(0, 2, 7) if weighted else None
    model = fastdense.Sequential([fastdense.layers.Dense(3, use_bias=False)])
    model.compile(fastdense.optimizers.SGD(0.1), Quartic())
    before = model.predict(x, verbose=0).astype("f8")
    kernel = model.layers[0].kernel.numpy()
    value = model.train_on_batch(x, y, sample_weight=weights)
    w = np.ones((7, 1)) if weights is None else weights[:, None]
    assert value == pytest.approx(np.mean(w * (before - y) ** 4), rel=1e-5)
    gradient = x.T @ (w * 4 * (before - y) ** 3 / y.size)
    np.testing.assert_allclose(model.layers[0].kernel.numpy(), kernel - 0.1 * gradient, rtol=1e-5,
                               atol=1e-6)


def test_a_result_of_one_number_is_a_float(rng):
    """One that callbacks can compare, though F1Score gives an array, one number a class."""
    model = fastdense.Sequential([fastdense.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[metrics.F1Score(threshold=0.5)])
    logs = model.evaluate(rng.random((4, 2)), np.ones((4, 1)), verbose=0, return_dict=True)
    assert type(logs["f1_score"]) is float


def test_state_is_there_before_the_first_batch():
    """So that a run that is resumed finds the variables that the stopped one stored."""
    m = measures("categorical_crossentropy", [metrics.F1Score()], [metrics.R2Score()], y=(9, 3))
    assert [len(metric.variables) for metric in m.metrics] == [4, 5]
    with pytest.raises(ValueError, match=r"F1Score expects 2D inputs.*to_categorical"):
        measures(given=[metrics.F1Score()])
