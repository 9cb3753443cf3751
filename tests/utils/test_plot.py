"""Pictures of a history: what is on which panel."""

import sys
import types

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from fastdense.utils import plot_history

LOGS = {
    "accuracy": [0.92, 0.96, 0.98],
    "loss": [0.26, 0.11, 0.07],
    "val_accuracy": [0.95, 0.97, 0.97],
    "val_loss": [0.13, 0.10, 0.08],
}


@pytest.fixture(autouse=True)
def close_all():
    pyplot.switch_backend("agg")
    yield
    pyplot.close("all")


def curves(panel):
    return {line.get_label(): line.get_ydata().tolist() for line in panel.lines}


@pytest.mark.parametrize("wrap", [dict, lambda logs: types.SimpleNamespace(history=logs)])
def test_one_panel_per_quantity_and_the_loss_first(wrap):
    axes = plot_history(wrap(LOGS))
    assert [panel.get_title() for panel in axes] == ["loss", "accuracy"]
    assert curves(axes[0]) == {"training": LOGS["loss"], "validation": LOGS["val_loss"]}
    assert curves(axes[1]) == {"training": LOGS["accuracy"], "validation": LOGS["val_accuracy"]}
    assert axes[0].lines[0].get_xdata().tolist() == [1, 2, 3]
    assert len(pyplot.get_fignums()) == 1
    assert axes[0].figure is axes[1].figure


def test_epochs_are_those_of_the_history():
    history = types.SimpleNamespace(history={"loss": [0.3, 0.2]}, epoch=[7, 8])
    (panel,) = plot_history(history, ax=Figure().subplots())
    assert panel.lines[0].get_xdata().tolist() == [8, 9]


def test_no_validation():
    axes = plot_history({"loss": [0.3, 0.2]})
    assert curves(axes[0]) == {"training": [0.3, 0.2]}


def test_many_quantities_leave_no_empty_panel():
    axes = plot_history({name: [1.0] for name in "abcd"})
    assert axes.shape == (4,)
    assert len(axes[0].figure.axes) == 4


def test_given_axes_are_drawn_on(tmp_path):
    figure = Figure()
    given = figure.subplots(1, 2)
    axes = plot_history(LOGS, ax=given)
    assert list(axes) == list(given)
    assert pyplot.get_fignums() == []
    figure.savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_one_axes_takes_all_curves():
    panel = Figure().subplots()
    axes = plot_history(LOGS, ax=panel)
    assert list(axes) == [panel]
    assert curves(panel) == {
        "training loss": LOGS["loss"], "validation loss": LOGS["val_loss"],
        "training accuracy": LOGS["accuracy"], "validation accuracy": LOGS["val_accuracy"],
    }
    assert len({(line.get_color(), line.get_linestyle()) for line in panel.lines}) == 4


def test_epochs_are_whole_numbers():
    (panel,) = plot_history({"loss": [0.3]}, ax=Figure().subplots())
    low, high = panel.get_xlim()
    assert [tick for tick in panel.get_xticks() if low <= tick <= high] == [1]


def test_validation_every_other_epoch():
    axes = plot_history({"loss": [4.0, 3.0, 2.0, 1.0], "val_loss": [3.5, 1.5]})
    assert axes[0].lines[1].get_xdata().tolist() == [2, 4]


def test_numbers_that_cannot_be_drawn_leave_a_gap():
    axes = plot_history({"loss": np.array([1.0, np.nan, 0.5], dtype=np.float32)})
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), [1.0, np.nan, 0.5])


@pytest.mark.parametrize(("history", "error", "message"), [
    ({}, ValueError, "empty history"),
    ({"loss": []}, ValueError, "at least one epoch"),
    ([0.1, 0.2], TypeError, "the History that fit"),
    (None, TypeError, "Received: history=None"),
])
def test_bad_history(history, error, message):
    with pytest.raises(error, match=message):
        plot_history(history)


def test_wrong_number_of_axes():
    with pytest.raises(ValueError, match=r"each of the 2 quantities.* Received: 3 Axes"):
        plot_history(LOGS, ax=Figure().subplots(1, 3))


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "fastdense\[plot\]"'):
        plot_history(LOGS)
