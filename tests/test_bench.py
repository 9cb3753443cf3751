"""The programs of bench/: no time is asserted here, only that they measure, judge and tell."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[1] / "bench"

pytestmark = pytest.mark.skipif(not BENCH.exists(), reason="bench/ is not beside the tests")

# Peers that are not well, as files of bench/peers.
DIES = """
import os
from numpy_net import Peer as NumPy
class Peer(NumPy):
    name = "dies"
    def train(self, epochs):
        os.write(2, b"Illegal instruction")
        os._exit(4)
"""
WRONG = """
from numpy_net import Peer as NumPy
class Peer(NumPy):
    name = "wrong"
    def predict(self, rows):
        return lambda: super(Peer, self).predict(rows)() + 1
"""
ABSENT = "import no_such_library"
BROKEN = "raise OSError('its library is damaged')"


@pytest.fixture(autouse=True)
def bench_path(monkeypatch):
    monkeypatch.delenv("FASTDENSE_PEERS_PYTHON", raising=False)
    monkeypatch.syspath_prepend(str(BENCH / "peers"))
    monkeypatch.syspath_prepend(str(BENCH))


@pytest.fixture
def unwell(tmp_path, monkeypatch):
    for name, text in (("dies", DIES), ("wrong", WRONG), ("absent", ABSENT), ("broken", BROKEN)):
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_a_session_survives_missing_and_crashing_peers(unwell, capsys):
    import work
    from session import Session

    net = work.Net((3, 4, 2), 8, 20)
    with Session(["ours", "absent", "broken", "wrong", "dies", "numpy_net"]) as session:
        seconds = session.epochs(net, 2, peak=True)
        again = session.calls(net, "forward", [1, 5], 1, 0.001)
    assert set(seconds) == {"ours", "numpy_net"}
    assert {frozenset(found) for found in again.values()} == {frozenset({"ours", "numpy_net"})}
    assert min(seconds.values()) > 0 and session.gflops > 0
    assert session.skipped == {"absent": "No module named 'no_such_library'",
                               "broken": "OSError: its library is damaged"}
    notes = "\n".join(session.notes)
    assert "wrong, 3-4-2: AssertionError" in notes
    assert "dies, epoch {}: Illegal instruction" in notes
    assert "3-4-2" in capsys.readouterr().err


def test_whole_fits_run_in_fresh_processes(unwell, capsys):
    import work
    from session import Session

    with Session(["ours", "dies", "numpy_net"]) as session:
        seconds = session.fits(work.Net((3, 4, 2), 8, 20), epochs=2, rounds=1)
    assert set(seconds) == {"ours", "numpy_net"}
    assert "dies, fit: Illegal instruction" in session.notes


@pytest.mark.parametrize(("value", "sense", "verdict"), [
    (1.0, ">=", "met"), (0.99, ">=", "MISSED"), (1.0, "<=", "met"), (1.01, "<=", "MISSED"),
    (None, ">=", "not measured"),
])
def test_verdicts(value, sense, verdict):
    from bar.check import Check

    assert Check("speed", value, sense, 1.0).verdict == verdict


def test_the_worst_of_many():
    from bar.check import worst

    assert worst("ratio", {"a": 2.0, "b": 1.5}, ">=", 1.0)[1::4] == (1.5, "b")
    assert worst("ratio", {"a": 2.0, "b": 1.5}, "<=", 1.0)[1::4] == (2.0, "a")
    assert worst("ratio", {}, ">=", 1.0).verdict == "not measured"


def test_every_bar_has_its_file():
    import bar

    assert list(bar.FILES) == list(range(1, 15))
    for number in bar.FILES:
        module = bar.load(number)
        assert module.TITLE and callable(module.measure)
        assert module.__doc__.startswith(f"Bar {number}: ")


@pytest.mark.parametrize(("text", "expected"), [
    ("3", [3]), ("9,3", [3, 9]), ("1-3,14", [1, 2, 3, 14]),
])
def test_which_bars(text, expected):
    import bars

    assert bars.numbers(text) == expected


@pytest.mark.parametrize("text", ["0", "15", "1-20"])
def test_bars_that_do_not_exist(text):
    import bars

    with pytest.raises(argparse.ArgumentTypeError, match="there is no bar"):
        bars.numbers(text)


def test_a_bar_that_fails_does_not_stop_the_others(monkeypatch, tmp_path, capsys):
    import bar
    import bars
    from bar.check import Check, Found

    found = {3: Found([Check("of the peak", 81.0, ">=", 80, "%", "95 GFLOP/s")], ["a detail"])}

    class Module:
        TITLE = "a bar"

        def __init__(self, number):
            self.number = number

        def measure(self, run):
            if self.number not in found:
                raise KeyError("ours")
            return found[self.number]

    monkeypatch.setattr(bar, "load", Module)
    monkeypatch.setattr(bars, "FOLDER", tmp_path)
    monkeypatch.setattr(bars, "busy", lambda: 0.5)
    bars.main(["--only", "3,4"])
    printed = capsys.readouterr().out
    assert "MISSED" not in printed and "KeyError: 'ours'" in printed and "81 %" in printed
    found[4] = Found([Check("ratio", 0.5, ">=", 1)], [])
    bars.main(["--only", "4"])  # the third keeps its figures
    text = (tmp_path / "bars.md").read_text()
    assert "| 3 | a bar | of the peak (95 GFLOP/s) | 81 % | >= 80 % | met |" in text
    assert "| 4 | a bar | ratio | 0.5 x | >= 1 x | MISSED |" in text
    assert "- a detail" in text and "other programs took 50%" in text
    stored = json.loads((tmp_path / "bars.json").read_text())
    assert stored["bars"]["4"]["checks"][0]["verdict"] == "MISSED"
    stored["machine"]["cpu"] = "another"
    (tmp_path / "bars.json").write_text(json.dumps(stored))
    bars.main(["--only", "4"])  # figures of another machine go
    assert "| 3 |" not in (tmp_path / "bars.md").read_text()


RESULTS = {
    "quick": False, "notes": ["a note"], "skipped": {"torch_eager": "No module named 'torch'"},
    "machine": {"cpu": "a CPU", "cpus": 2, "system": "Linux", "level": "avx2", "threads": 2,
                "compiler": "GCC", "fastdense": "1", "commit": "abc", "python": "3",
                "date": "today"},
    "peak": {"gflops": 100.0, "gbytes": 10.0}, "versions": {"fastdense": "1", "numpy": "2"},
    "names": {"ours": "fastdense", "numpy_net": "NumPy"},
    "rows": [{"key": "book mnist", "title": "an epoch", "flops": 1e11,
              "seconds": {"ours": 2.0, "numpy_net": 5.0}},
             {"key": "net", "title": "a net", "flops": 1e9, "seconds": {"numpy_net": 0.02}}],
    "curves": {"width": {"ours": [(1, 2.0), (2, 4.0)]}, "threads": {"ours": [(1, 2.0), (2, 4.0)]},
               "rows": {"numpy_net": [(1, 1e-6), (2, 1e-5)]}, "roofline": {"ours": [(0.5, 2.0)]}},
}


def test_the_report():
    import tables

    text = tables.document(RESULTS, ["width.png"])
    assert "| an epoch | 2 s | 50 % | 5 s (2.5 x) |" in text
    assert "| a net | - | - | 20 ms |" in text
    for part in ("abc", "a CPU", "numpy 2", "- skipped: torch_eager (No module named 'torch')",
                 "- a note", "(width.png)", "100 GFLOP/s"):
        assert part in text


def test_the_plots(tmp_path):
    pytest.importorskip("matplotlib")
    import plots

    names = plots.draw(tmp_path, RESULTS)
    assert names == ["epoch_mnist.png", "roofline.png", "width.png", "threads.png", "rows.png"]
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in names)
    nobody = RESULTS | {"curves": {"width": {}, "threads": {}, "rows": {}, "roofline": {}}}
    plots.draw(tmp_path, nobody)


def test_the_readme_gets_the_table_of_the_book():
    import readme

    text = readme.written_into(f"before {readme.BEGIN} old {readme.END} after",
                               readme.section(RESULTS))
    assert "an epoch" in text and "a net" not in text and "old" not in text
    assert text.startswith("before ") and text.endswith(" after")
    assert readme.written_into(text, "x") == f"before {readme.BEGIN}\nx\n{readme.END} after"
    with pytest.raises(ValueError, match="markers"):
        readme.written_into("nothing", "x")


def test_the_report_goes_into_the_docs(tmp_path):
    import publish

    report, folder = tmp_path / "report", tmp_path / "docs"
    report.mkdir()
    folder.mkdir()
    (folder / "gone.png").touch()
    for name in ("width", "rows", "other"):
        (report / f"{name}.png").touch()

    def results(**changes):
        (report / "results.json").write_text(json.dumps({**RESULTS, **changes}))

    results(quick=False, curves={"width": {}})
    assert publish.copy(report, folder) == ["width", "rows"]
    assert {path.name for path in folder.iterdir()} == {"report.md", "width.png", "rows.png"}
    text = (folder / "report.md").read_text()
    assert f"![{publish.SHOWN['width']}](width.png)" in text and "| work |" in text
    results(quick=False, curves={})  # without plots: those that are there are of another run
    assert publish.copy(report, folder) == []
    results(quick=True)
    with pytest.raises(ValueError, match="quick run"):
        publish.copy(report, folder)


def test_the_memory_probe():
    from bar import probe

    if not probe.AVAILABLE:
        pytest.skip("no /proc")
    found = probe.run("fit", sizes=[5, 4, 3], batch=8, n=1000)
    assert found["data"] == 1000 * (5 * 4 + 8)
    assert found["faults"] >= 0 and found["peak"] >= found["data"]
    assert probe.run("predicts", sizes=[5, 4, 3], calls=10)["growth"] < 1e6
    with pytest.raises(RuntimeError, match="Error"):
        probe.run("fit", sizes=[5, 4, 3], batch=0, n=1000)
    assert probe.allowed((2, 3), 10, 100, slots=2) == 100 + 4 * (9 * 3 + 20 * 5) + probe.SLACK


def test_the_work_is_the_same_for_all():
    import work

    net = work.Net((5, 4, 3), 8, 20)
    assert net.steps == 3 and net.name == "5-4-3"
    assert work.Net((256,) * 7, 1, 1).name == "256-256 x 6"
    assert work.forward_flops(net) == 2 * (20 + 12)
    assert work.training_flops(net) == 3 * 2 * 12 + 2 * 2 * 20
    x, y = work.data(net)
    np.testing.assert_array_equal(x, work.data(net)[0])
    output = work.forward(net, work.weights(net), x)
    np.testing.assert_allclose(output.sum(axis=1), 1, rtol=1e-6)
    assert set(y) <= {0, 1, 2}
