"""fork: a child fits and predicts, with the same bits, whatever its parent has done before."""

import json
import os

import pytest
from promises import forking, programs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
# Python 3.12 and later warn of any fork beside threads; joblib of file systems that it measures.
QUIET = {"PYTHONWARNINGS": "ignore"}


def run(situation, count):
    return json.loads(programs.run(forking.__file__, situation, count, timeout=3600, **QUIET))


def test_after_fit(count, figure):
    forks = count(10, 200)
    found = run("after_fit", forks)
    assert found["statuses"] == [forking.SAME] * forks and found["same"]
    figure("fork", f"{forks} forks after fit: 0 hangs, same bits")


def test_while_other_threads_are_at_work(count):
    forks = count(10, 200)
    assert run("while_busy", forks)["statuses"] == [forking.SAME] * forks


@pytest.mark.parametrize("situation", ["pools", "joblib_pools"])
def test_pools(situation, count):
    if situation == "joblib_pools":
        pytest.importorskip("joblib")
    found = run(situation, count(forking.FEW, 100))
    assert found and all(found.values()), found


def test_grid_search(count):
    if count("quick", "full") == "quick":
        pytest.skip("its workers take seconds to import scikit-learn: in `make prove`")
    pytest.importorskip("sklearn")
    found = json.loads(programs.run(programs.HERE / "searching.py", **QUIET))
    assert found["same"] and len(set(found["scores"])) > 1
