"""Which loss and metrics the engine computes, what they are called, and their running means."""

from types import SimpleNamespace

import numpy as np
import pytest

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
