"""Runs our callbacks over the runs of logs that golden/callbacks.json has of Keras."""

import json

import pytest
from callback_driver import drive, metric, rows

from fastdense import callbacks, optimizers


@pytest.fixture
def replay(tmp_path):
    """Run a golden case with our callback of the same name; return what happened."""
    folder = str(tmp_path)

    def run(case):
        options = {key: value.replace("DIR", folder) if isinstance(value, str) else value
                   for key, value in case["options"].items()}
        events = drive(lambda: getattr(callbacks, case["name"])(**options), optimizers.SGD(0.1),
                       [metric("accuracy", "up"), metric("error", "down")], rows(case["logs"]),
                       **case["more"])
        return json.loads(json.dumps(events).replace(folder, "DIR"))

    return run


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
