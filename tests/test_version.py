"""The version is a plain string, and the package's metadata agree."""

import re
from importlib import metadata

import pytest

import fastdense
from fastdense.version import __version__


def test_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", __version__)
    assert fastdense.__version__ == fastdense.version() == __version__


def test_metadata_agree():
    try:
        installed = metadata.version("fastdense")
    except metadata.PackageNotFoundError:
        pytest.skip("fastdense is built in place, not installed")
    assert installed == __version__
