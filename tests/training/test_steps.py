"""Steps: who computes a span, and the plans that are borrowed for it."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

import fastdense as keras
from fastdense import layers, optimizers
from fastdense.training.samples import Samples, Span
from fastdense.training.steps import Steps

X = np.random.default_rng(0).standard_normal((20, 4)).astype("f4")
Y = np.random.default_rng(1).integers(0, 3, 20)


def prepared(metrics=(), loss="sparse_categorical_crossentropy", optimizer="sgd", **dense):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax", **dense)])
    model.compile(optimizer, loss, metrics=list(metrics))
    model._prepare_engine()
    return model, Samples(model, X, Y)


def span(samples, first=0, last=20, size=20):
    return Span(samples, None, first, last, -(-(last - first) // size), size)


class OwnLoss:
    def call(self, y_true, y_pred):
        return np.abs(y_pred).sum(axis=-1)

    def gradient(self, y_true, y_pred):
        return np.sign(y_pred)


@pytest.mark.parametrize(("options", "fused", "one_by_one"), [
    ({}, True, False), ({"metrics": ["accuracy"]}, True, False),
    ({"metrics": [lambda y_true, y_pred: y_pred[:, 0]]}, True, True),
    ({"optimizer": optimizers.SGD(clipvalue=1.0)}, False, True),
    ({"kernel_regularizer": "l2"}, False, True), ({"kernel_constraint": "non_neg"}, False, True),
    ({"loss": OwnLoss()}, False, True)])
def test_who_computes(options, fused, one_by_one):
    model, samples = prepared(**options)
    training = Steps(model, samples.measures, True)
    assert (training.fused, training.one_by_one) == (fused, one_by_one)
    evaluating = Steps(model, samples.measures, False)
    outputs = ("metrics" in options and options["metrics"] != ["accuracy"]) or "loss" in options
    assert (evaluating.fused, evaluating.one_by_one) == (False, outputs)


def test_a_plan_is_kept_and_grows():
    model, samples = prepared()
    kept = model._link._plans
    with Steps(model, samples.measures, True) as steps:
        for size, expected in ((4, 4), (3, 4), (4, 4), (7, 7), (5, 7)):
            steps.train(span(samples, 0, size, size))
            assert steps._plan.batch_size == expected
        assert {key[0]: len(plans) for key, plans in kept.items()} == {4: 1}
    assert {key[0]: len(plans) for key, plans in kept.items()} == {4: 1, 7: 1}
    assert int(model.optimizer.iterations) == 5


def test_plans_are_given_back_after_an_error():
    model, samples = prepared()
    with pytest.raises(OSError), Steps(model, samples.measures, True) as steps:
        steps.train(span(samples))
        raise OSError
    assert [len(plans) for plans in model._link._plans.values()] == [1]


@pytest.mark.parametrize("options", [{}, {"kernel_constraint": "non_neg"}, {"loss": OwnLoss()}])
def test_a_short_batch_on_a_larger_plan(options):
    """The same bits as on a plan of its own."""
    results = []
    for sizes in ((20, 6), (6,)):
        keras.utils.set_random_seed(1)
        model, samples = prepared(**options)
        before = model.get_weights()
        with Steps(model, samples.measures, True) as steps:
            for size in sizes:
                model.set_weights(before)
                samples.measures.reset()
                steps.train(span(samples, 0, size, size))
        results.append([*model.get_weights(), samples.measures.totals.copy()])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


def test_evaluation_runs_small_batches_as_larger_ones():
    model, samples = prepared(["accuracy"])
    with Steps(model, samples.measures, False) as steps:
        steps.evaluate(span(samples, 0, 20, 2))
        assert steps._plan.batch_size == 20
    assert samples.measures.totals[1] == (model.predict_classes(X) == Y).sum()


@pytest.mark.parametrize(("left", "parts"), [(False, [(5, 7), (7, 9), (9, 10)]), (True, [(5, 7)])])
@pytest.mark.parametrize("with_outputs", [False, True])
def test_parts_end_soon_after_a_call_was_left(monkeypatch, left, parts, with_outputs):
    model, samples = prepared()
    steps, seen = Steps(model, samples.measures, False), []

    def evaluate(source, targets, labels, weights, first, last, totals, out):
        seen.append((first, last))
        assert (out is not None) == with_outputs and (out is None or len(out) == last - first)

    monkeypatch.setattr(steps.link, "work", 1e18)
    steps._evaluate_in_parts(SimpleNamespace(batch_size=2, evaluate=evaluate),
                             span(samples, 5, 10), np.empty((5, 3)) if with_outputs else None,
                             SimpleNamespace(abandoned=left))
    assert seen == parts


def test_penalties_count_once_a_sample():
    model, samples = prepared(kernel_regularizer=keras.regularizers.L2(0.5))
    penalty = sum(model.losses)
    plain = -np.log(model.predict(X)[np.arange(20), Y]).sum()
    with Steps(model, samples.measures, False) as steps:
        steps.evaluate(span(samples, 0, 12, 4))
        steps.evaluate(span(samples, 12, 20, 4))
    assert samples.measures.logs(20)["loss"] == pytest.approx(plain / 20 + penalty, rel=1e-5)


def test_an_evaluation_does_not_show_how_it_was_cut():
    """Spans are cut by the clock: a penalty added to the sums span by span would show it."""
    model, samples = prepared(kernel_regularizer="l2")
    found = []
    for cuts in ([0, samples.n], [0, 1, 2, 3, samples.n], range(samples.n + 1)):
        samples.measures.reset()
        with Steps(model, samples.measures, training=False) as steps:
            for first, last in itertools.pairwise(cuts):
                steps.evaluate(Span(samples, None, first, last, 1, samples.n))
        found.append(samples.measures.logs(samples.n)["loss"])
    assert found[0] == found[1] == found[2]
    assert samples.measures.penalty > 0


@pytest.mark.parametrize("moment", ["engine_wrote", "count"])
def test_ctrl_c_while_steps_are_noted(monkeypatch, moment):
    """They are taken by then: the pass notes them when it ends, and no weight is lost."""
    model, samples = prepared()
    holder = model._link if moment == "engine_wrote" else model.optimizer
    expected = prepared()[0]
    expected.set_weights(model.get_weights())
    expected.train_on_batch(X, Y)

    def interrupted(*args):
        monkeypatch.undo()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Steps(model, samples.measures, True) as steps:
        monkeypatch.setattr(holder, moment, interrupted)
        steps.train(span(samples))
    assert int(model.optimizer.iterations) == 1
    for got, weights in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(got, weights)
