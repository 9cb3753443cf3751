"""Losses and metrics of single rows: against the oracle, and at extreme inputs."""

from __future__ import annotations

import numpy as np
import pytest
import reference

from fastdense.kernels.rules import LossRule, MetricRule


def measure(engine, rule, target, outputs, with_gradient=True):
    """Return (values, gradient or None) of every row."""
    outputs = np.ascontiguousarray(outputs, engine.dtype)
    sparse = rule.kind.startswith("sparse")
    y = None if sparse else np.ascontiguousarray(target, engine.dtype)
    labels = np.ascontiguousarray(target, np.int64) if sparse else None
    values = np.full(len(outputs), np.nan)
    gradient = np.full(outputs.shape, np.nan, engine.dtype) if with_gradient else None
    engine.measure_rows(rule, y, labels, outputs, values, gradient)
    return values, gradient


def probabilities(rng, m, n):
    if n == 1:  # a softmax over one output would be clipped, at another bound than in float64
        return reference.sigmoid(rng.standard_normal((m, n)) * 2)
    return reference.softmax(rng.standard_normal((m, n)) * 2)


CASES = [
    LossRule(kind, from_logits, smoothing)
    for kind in ("categorical_crossentropy", "binary_crossentropy")
    for from_logits in (False, True) for smoothing in (0.0, 0.1)
] + [LossRule("sparse_categorical_crossentropy", logits) for logits in (False, True)] + [
    LossRule("mean_squared_error"), LossRule("mean_absolute_error"), LossRule("huber"),
    LossRule("huber", delta=0.25), LossRule("log_cosh")]


@pytest.mark.parametrize("rule", CASES, ids=str)
@pytest.mark.parametrize("n", [1, 2, 10, 37])
def test_against_the_oracle(engine, rng, rule, n):
    m = 23
    outputs = rng.standard_normal((m, n)) * 3 if rule.from_logits else probabilities(rng, m, n)
    outputs = outputs.astype(engine.dtype)
    if rule.kind.startswith("sparse"):
        target = rng.integers(0, n, m)
    elif rule.kind == "categorical_crossentropy":
        target = np.eye(n)[rng.integers(0, n, m)]
    else:
        target = rng.random((m, n)).astype(engine.dtype)
    options = {}
    if "crossentropy" in rule.kind:
        options["from_logits"] = rule.from_logits
    if rule.kind == "huber":
        options["delta"] = rule.delta
    if rule.label_smoothing:
        options["label_smoothing"] = rule.label_smoothing
    expected, d_expected = reference.LOSSES[rule.kind](target, outputs.astype("f8"), **options)
    values, gradient = measure(engine, rule, target, outputs)
    np.testing.assert_allclose(values, expected, rtol=20 * engine.eps, atol=20 * engine.eps)
    scale = np.abs(d_expected).max() + 1
    np.testing.assert_allclose(gradient, d_expected, rtol=20 * engine.eps,
                               atol=20 * engine.eps * scale)
    alone, _ = measure(engine, rule, target, outputs, with_gradient=False)
    np.testing.assert_allclose(alone, values, rtol=4 * np.finfo("f8").eps)


@pytest.mark.parametrize(("kind", "values", "slopes"), [
    ("mean_squared_error", [0, 1, 4, 1e20], [0, 2, -4, 2e10]),
    ("mean_absolute_error", [0, 1, 2, 1e10], [0, 1, -1, 1]),
    ("huber", [0, 0.5, 1.5, 1e10 - 0.5], [0, 1, -1, 1]),
    ("log_cosh", [0, 0.4337808304830271, 1.3250027473578645, 1e10 - np.log(2)],
     [0, np.tanh(1), -np.tanh(2), 1]),
])
def test_errors_at_their_kinks_and_far_out(engine, kind, values, slopes):
    outputs = [[0], [1], [-2], [1e10]]
    found, gradient = measure(engine, LossRule(kind), np.zeros((4, 1)), outputs)
    np.testing.assert_allclose(found, values, rtol=1e-6)
    np.testing.assert_allclose(gradient[:, 0], slopes, rtol=1e-6)
    found, gradient = measure(engine, LossRule(kind), [[0.0]], [[np.nan]])
    assert np.isnan(found).all() and np.isnan(gradient).all()


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 16, 31])
def test_the_first_of_the_largest_counts(engine, rng, n):
    """As numpy.argmax has it, but that a NaN is passed over, unless it comes first."""
    outputs = rng.integers(0, 4, (60, n)).astype(engine.dtype)  # ties in most of the rows
    outputs[::5, 0] = -0.0
    outputs[1::5, n // 2] = np.nan
    outputs[2::7, -1] = np.inf
    seen = np.where(np.isnan(outputs), -1, outputs)
    expected = np.where(np.isnan(outputs[:, 0]), 0, seen.argmax(axis=1))
    rule = MetricRule("sparse_categorical_accuracy")
    for label in range(n):
        values, _ = measure(engine, rule, np.full(60, label), outputs, with_gradient=False)
        assert (values == (expected == label)).all()


def test_extreme_logits(engine):
    # The loss itself is a float64: the difference of two logits has to be one.
    biggest = min(float(np.finfo(engine.dtype).max), float(np.finfo("f8").max) / 2)
    logits = np.array([
        [0, 0, 0], [88.7, -88.7, 0], [1e4, -1e4, 0], [biggest, -biggest, 0], [7, 7, -np.inf],
    ])
    rule = LossRule("sparse_categorical_crossentropy", True)
    for label in (0, 1):
        values, gradient = measure(engine, rule, np.full(5, label), logits)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert np.isfinite(gradient).all()
        assert (np.abs(gradient.sum(axis=1)) <= 4 * engine.eps).all()
    one_hot = np.eye(3)[np.zeros(5, int)]
    dense, d = measure(engine, LossRule("categorical_crossentropy", True), one_hot, logits)
    sparse, d_sparse = measure(engine, rule, np.zeros(5), logits)
    assert (dense == sparse).all()
    assert (d == d_sparse).all()


def test_extreme_binary_logits(engine):
    z = np.array([[-np.inf], [-1e4], [0.0], [1e4], [np.inf]])
    rule = LossRule("binary_crossentropy", True)
    values, gradient = measure(engine, rule, [[0.0], [0.0], [0.5], [1.0], [1.0]], z)
    np.testing.assert_allclose(values[1:4], [0, np.log(2), 0], rtol=1e-6, atol=1e-12)
    assert np.isfinite(gradient).all()


def test_many_classes(engine, rng):
    n = 100_000
    z = rng.standard_normal((2, n)).astype(engine.dtype)
    values, gradient = measure(engine, LossRule("sparse_categorical_crossentropy", True), [5, 7], z)
    expected = -reference.log_softmax(z.astype("f8"))[[0, 1], [5, 7]]
    np.testing.assert_allclose(values, expected, rtol=n * engine.eps)
    assert (np.abs(gradient.sum(axis=1, dtype="f8")) < n * engine.eps).all()


def test_a_label_out_of_range_reads_nothing(engine):
    """The Python layer refuses such labels; the array may still be changed while fit runs."""
    for label in (-1, 3, 2**40):
        for logits in (False, True):
            rule = LossRule("sparse_categorical_crossentropy", logits)
            values, gradient = measure(engine, rule, [label], [[0.2, 0.3, 0.5]])
            assert np.isnan(values).all()
            assert np.isnan(gradient).all()


def test_accuracies(engine):
    outputs = np.array([[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]])
    values, _ = measure(engine, MetricRule("sparse_categorical_accuracy"), [1, 1, 0], outputs,
                        False)
    assert values.tolist() == [1, 0, 1]  # of equals, the first
    values, _ = measure(engine, MetricRule("categorical_accuracy"), np.eye(2)[[1, 1, 0]], outputs,
                        False)
    assert values.tolist() == [1, 0, 1]
    values, _ = measure(engine, MetricRule("binary_accuracy"), [[0, 1], [1, 1], [1, 0]], outputs,
                        False)
    assert values.tolist() == [1, 0.5, 0.5]
    values, _ = measure(engine, MetricRule("binary_accuracy", threshold=0.1),
                        [[1, 1], [1, 0], [1, 1]], outputs, False)
    assert values.tolist() == [1, 1, 1]


def test_wrong_arguments(engine):
    outputs = np.ones((2, 3), engine.dtype)
    with pytest.raises(ValueError, match="targets"):
        engine.measure_rows(LossRule("mean_squared_error"), None, np.zeros(2, np.int64), outputs,
                            np.empty(2), None)
    with pytest.raises(ValueError, match="targets"):
        engine.measure_rows(LossRule("sparse_categorical_crossentropy"), outputs, None, outputs,
                            np.empty(2), None)
    squared, sparse = LossRule("mean_squared_error"), LossRule("sparse_categorical_crossentropy")
    two, narrow = np.zeros(2, np.int64), np.ones((2, 2), engine.dtype)
    for rule, y, labels, values, gradient in [
            (squared, outputs[:1], None, 2, None), (squared, narrow, None, 2, None),
            (sparse, None, two[:1], 2, None), (squared, outputs, None, 1, None),
            (squared, outputs, None, 2, outputs[:1]), (squared, outputs, None, 2, narrow)]:
        with pytest.raises(ValueError, match="measure_rows: the shapes do not fit"):
            engine.measure_rows(rule, y, labels, outputs, np.empty(values), gradient)
    with pytest.raises(KeyError):
        engine.measure_rows(LossRule("hinge"), outputs, None, outputs, np.empty(2), None)
