"""Every promise has a quick part, in `make test`, and a long one, in `make prove`."""

import os
import sys
from pathlib import Path

import pytest

PROVE = os.environ.get("FASTDENSE_PROVE") == "1"


@pytest.fixture
def count():
    """`count(quick, full)`: how many times to try."""
    return lambda quick, full: full if PROVE else quick


@pytest.fixture
def figure():
    """`figure(promise, text)` notes what `make prove` saw, for docs/quality.md."""
    if not PROVE:
        return lambda promise, text: None
    sys.path.insert(0, str(Path(__file__).parents[2] / "prove"))
    from figures import record

    return record
