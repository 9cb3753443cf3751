"""Switches for progress and tracebacks."""

import pytest

from fastdense import config


@pytest.mark.parametrize("what", ["interactive_logging", "traceback_filtering"])
def test_switches(what):
    is_enabled = getattr(config, f"is_{what}_enabled")
    assert is_enabled()
    try:
        assert getattr(config, f"disable_{what}")() is None
        assert not is_enabled()
    finally:
        assert getattr(config, f"enable_{what}")() is None
    assert is_enabled()
