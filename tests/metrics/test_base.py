"""The base class of metrics: variables found wherever they are kept, state, configs."""

import pickle

import numpy as np
import pytest

from fastdense import Variable, initializers, metrics
from fastdense.utils import clear_session


class Total(metrics.Metric):
    def __init__(self, name="total", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.sum = self.add_variable((), initializers.Zeros(), name="sum")
        self.count = self.add_weight(name="count", dtype="int64")

    def update_state(self, y_true, y_pred):
        self.sum.assign_add(np.sum(np.subtract(y_true, y_pred)))
        self.count.assign_add(len(y_true))

    def result(self):
        return float(self.sum) / int(self.count)


def test_update_result_reset():
    metric = Total()
    assert metric([3.0, 2.0], [1.0, 1.0]) == 1.5
    metric.update_state([3.0], [3.0])
    assert metric.result() == 1.0
    metric.reset_state()
    assert [float(v) for v in metric.variables] == [0.0, 0.0]


def test_variables():
    metric = Total(name="t")
    assert [v.path for v in metric.variables] == ["t/sum", "t/count"]
    assert [v.dtype for v in metric.variables] == ["float32", "int64"]
    assert not any(v.trainable for v in metric.variables)


@pytest.mark.parametrize("kept", [
    lambda: [Variable(0.0), Variable(1.0)], lambda: {"a": Variable(0.0), "b": Variable(1.0)},
    lambda: {"a": [Variable(0.0), (Variable(1.0),)]}, lambda: Total(name="inner"),
    lambda: {"1": Total(), "shared": None},
])
def test_variables_kept_as_attributes(kept):
    metric = Total()
    metric.more = kept()
    metric.again = metric.more  # counts once
    assert len(metric.variables) == 4
    assert metric.variables[:2] == [metric.sum, metric.count]


def test_metrics_two_levels_deep():
    metric = Total()
    metric.inner = Total()
    metric.inner.inner = Total()
    assert len(metric.variables) == 6
    metric.inner.inner.sum.assign(3.0)
    metric.reset_state()
    assert float(metric.inner.inner.sum) == 0.0


def test_add_weight_defaults():
    metric = Total()
    weight = metric.add_weight(shape=(2,))
    assert weight.shape == (2,) and weight.dtype == "float32" and not weight.value.any()
    assert metric.add_weight((2,), "ones").value.all()


def test_names_and_repr():
    clear_session()
    assert [metrics.Metric().name, metrics.Metric().name] == ["metric", "metric_1"]
    assert repr(Total(name="t")) == str(Total(name="t")) == "<Total name=t>"


def test_dtype_is_read_only():
    metric = Total(dtype="float64")
    assert metric.dtype == metric._dtype == "float64"
    with pytest.raises(AttributeError):
        metric.dtype = "float32"


def test_config_and_pickle():
    metric = Total(name="t", dtype="float64")
    assert metric.get_config() == {"name": "t", "dtype": "float64"}
    assert Total.from_config(metric.get_config()).get_config() == metric.get_config()
    metric.update_state([3.0], [1.0])
    assert pickle.loads(pickle.dumps(metric)).result() == 2.0


def test_what_a_subclass_must_define():
    with pytest.raises(NotImplementedError, match="update_state"):
        metrics.Metric().update_state()
    with pytest.raises(NotImplementedError, match="result"):
        metrics.Metric().result()
    assert metrics.Metric().rule is None


def test_super_must_be_called():
    class Forgetful(metrics.Metric):
        def __init__(self):
            self.add_weight()

    with pytest.raises(RuntimeError, match="You forgot to call `super"):
        Forgetful()
