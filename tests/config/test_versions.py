"""What the bug-report text says."""

import io

import numpy as np

import fastdense
from fastdense import config


def test_show_versions():
    text = io.StringIO()
    assert config.show_versions(file=text) is None
    rows = dict(line.split(None, 1) for line in text.getvalue().splitlines())
    assert rows["fastdense"] == fastdense.__version__
    assert rows["NumPy"] == np.__version__
    assert "running level" in text.getvalue() and config.instruction_set() in text.getvalue()
    assert f"threads        {config.get_num_threads()} (" in text.getvalue()
    assert "OpenMP" in text.getvalue()


def test_show_versions_prints(capsys):
    fastdense.show_versions()
    assert capsys.readouterr().out.startswith(f"fastdense      {fastdense.__version__}\n")
