"""Counts above thresholds against comparing every prediction with every threshold."""

import numpy as np
import pytest

from fastdense.metrics.thresholds import ConfusionMetric, Thresholds, checked, ratio


def brute_force(thresholds, y_true, y_pred, weights):
    above = y_pred > thresholds[:, None]
    return [np.sum(weights * (above == up) * (y_true == label), axis=1)
            for up, label in ((True, True), (True, False), (False, False), (False, True))]


@pytest.mark.parametrize("thresholds", [
    [0.5], [0.2, 0.8], [0.8, 0.1, 0.1, 0.35], [0.0, 1.0], np.linspace(0, 1, 3),
    np.linspace(0, 1, 65), [-1e-7, *np.linspace(0, 1, 65)[1:-1], 1 + 1e-7],
    [-1e-7, 0.3, 1 + 1e-7],
])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True])
def test_counts(thresholds, dtype, weighted, rng):
    y_true = rng.integers(0, 2, 500).astype(bool)
    y_pred = rng.integers(0, 129, 500).astype(dtype) / dtype_of(dtype)(128)  # many on a threshold
    weights = rng.uniform(0, 2, 500) if weighted else None
    counts = Thresholds(thresholds, dtype).count(y_true, y_pred, weights)
    expected = brute_force(np.asarray(thresholds, dtype), y_true, y_pred,
                           1.0 if weights is None else weights)
    np.testing.assert_allclose(counts, expected, rtol=1e-12, atol=1e-9)


def dtype_of(name):
    return np.dtype(name).type


@pytest.mark.parametrize("thresholds", [[0.5], [0.9, 0.1], np.linspace(0, 1, 11)])
@pytest.mark.parametrize("weighted", [False, True])
def test_counts_by_label_are_those_of_each_column(thresholds, weighted, rng):
    y_true, y_pred = rng.integers(0, 2, (50, 3)).astype(bool), rng.random((50, 3))
    weights = rng.random((50, 3)) if weighted else None
    grid = Thresholds(thresholds, "float64")
    counts = grid.count(y_true, y_pred, weights, by_label=True)
    for label in range(3):
        column = grid.count(y_true[:, label], y_pred[:, label],
                            None if weights is None else weights[:, label])
        np.testing.assert_array_equal([c[:, label] for c in counts], column)


@pytest.mark.parametrize("thresholds", [[0.0, 0.5, 1.0], [0.0, 0.3, 1.0], [-1e-7, 0.5, 1 + 1e-7]])
def test_beyond_the_ends_and_not_a_number(thresholds):
    y_pred = np.array([-5.0, 0.0, 1.0, 7.0, np.nan])
    above_zero, at_zero = len(thresholds), int(thresholds[0] < 0)
    exceeded = Thresholds(thresholds, "float64").exceeded(y_pred)
    assert exceeded[4] == 0
    assert exceeded[1] == at_zero
    assert exceeded[2] == above_zero - 1
    assert exceeded[0] in (0, at_zero)  # evenly spaced ones clip, as in Keras
    assert exceeded[3] in (above_zero - 1, above_zero)


def test_no_batch_at_all():
    counts = Thresholds([0.2, 0.5], "float32").count(np.zeros(0, bool), np.zeros(0, "float32"))
    assert [c.tolist() for c in counts] == 4 * [[0.0, 0.0]]


def test_sums_of_weights_are_exact_at_the_ends():
    """What is below all thresholds and above none does not pick up rounding from the rest."""
    y_pred = np.array([0.1, 0.6, 0.7, 0.9])
    weights = np.array([0.1, 0.2, 0.3, 0.7])
    counts = Thresholds([0.5], "float64").count(np.array([False, True, True, True]), y_pred,
                                                weights)
    assert counts.false_negatives == 0 and counts.false_positives == 0


@pytest.mark.parametrize(("given", "expected"), [
    (None, [0.5]), (0.3, [0.3]), ([0.3, 0.1], [0.3, 0.1]), ((0, 1), [0, 1]),
    (np.array([0.25]), [0.25]),
])
def test_thresholds_as_given(given, expected):
    assert checked(given, 0.5) == expected


@pytest.mark.parametrize("given", [-0.1, 1.5, [0.2, 2], [None], float("nan")])
def test_thresholds_refused(given):
    with pytest.raises(ValueError, match=r"Threshold values must be in \[0, 1\]\. Received: \["):
        checked(given, 0.5)


def test_ratio_of_nothing_is_zero():
    np.testing.assert_array_equal(ratio([1.0, 0.0, 2.0], [2.0, 0.0, 0.0]), [0.5, 0.0, 0.0])


def found(**options):
    metric = ConfusionMetric({"hits": "true_positives"}, [0.5], "m", None, **options)
    metric._add_counts((1,))
    return metric


@pytest.mark.parametrize(("y", "weight", "expected"), [
    ([1, 1], [2.0, 3.0], 5), ([[1], [1]], [2.0, 3.0], 5), ([[1], [1]], [[2.0], [3.0]], 5),
    ([[1, 1], [1, 0]], [2.0, 3.0], 7), ([[1, 1], [1, 0]], [[2.0, 1.0], [3.0, 9.0]], 6),
    ([1, 1], 2.0, 4), ([1, 1], [[2.0], [3.0]], 5), ([[[1, 1]], [[1, 0]]], [2.0, 3.0], 7),
])
def test_weights_go_with_samples(y, weight, expected):
    metric = found()
    metric.update_state(y, y, sample_weight=weight)
    assert metric.hits.value == expected


def test_any_truth_but_zero():
    metric = found()
    metric.update_state([2, -1, 0, True], [1, 1, 1, 1])
    assert metric.hits.value == 3


def test_ties_among_the_top_go_to_the_first():
    metric = found(top_k=1)
    metric.update_state([[1, 0], [0, 1]], [[0.9, 0.9], [0.9, 0.9]])
    assert metric.hits.value == 1


@pytest.mark.parametrize(("y_true", "y_pred", "options", "message"), [
    ((4,), (4, 3), {}, r"y_true and y_pred of one shape.*\(4,\).*\(4, 3\).*to_categorical"),
    ((4, 2), (4, 3), {}, "of one shape"),
    ((4,), (4,), {"class_id": 1}, r"When class_id is provided, y_pred must be a 2D array.*\(4,\)"),
])
def test_shapes_refused(y_true, y_pred, options, message):
    metric = found(**options)
    with pytest.raises(ValueError, match=message):
        metric.update_state(np.zeros(y_true), np.zeros(y_pred))
    assert metric.hits.value == 0


def test_class_out_of_range():
    with pytest.raises(IndexError):
        found(class_id=3).update_state(np.zeros((4, 3)), np.zeros((4, 3)))
