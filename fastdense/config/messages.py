"""Where progress is written, and how much of a traceback is shown."""

from __future__ import annotations

__all__ = [
    "disable_interactive_logging", "disable_traceback_filtering", "enable_interactive_logging",
    "enable_traceback_filtering", "is_interactive_logging_enabled",
    "is_traceback_filtering_enabled",
]

_settings = {"interactive_logging": True, "traceback_filtering": True}


def enable_interactive_logging() -> None:
    """Write progress to stdout, the default.

    Examples
    --------
    >>> from fastdense import config
    >>> config.enable_interactive_logging()
    """
    _settings["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Send progress messages to the ``fastdense`` logger, at level INFO, instead of stdout.

    Examples
    --------
    >>> from fastdense import config
    >>> config.disable_interactive_logging()
    >>> config.is_interactive_logging_enabled()
    False
    >>> config.enable_interactive_logging()
    """
    _settings["interactive_logging"] = False


def is_interactive_logging_enabled() -> bool:
    """Return whether progress is written to stdout.

    Examples
    --------
    >>> from fastdense import config
    >>> config.is_interactive_logging_enabled()
    True
    """
    return _settings["interactive_logging"]


def enable_traceback_filtering() -> None:
    """Accept Keras's switch; fastdense's tracebacks are short and are never filtered.

    Examples
    --------
    >>> from fastdense import config
    >>> config.enable_traceback_filtering()
    >>> config.is_traceback_filtering_enabled()
    True
    """
    _settings["traceback_filtering"] = True


def disable_traceback_filtering() -> None:
    """Accept Keras's switch; see :func:`enable_traceback_filtering`.

    Examples
    --------
    >>> from fastdense import config
    >>> config.disable_traceback_filtering()
    >>> config.is_traceback_filtering_enabled()
    False
    >>> config.enable_traceback_filtering()
    """
    _settings["traceback_filtering"] = False


def is_traceback_filtering_enabled() -> bool:
    """Return what the switch was set to last, True at first.

    Examples
    --------
    >>> from fastdense import config
    >>> config.is_traceback_filtering_enabled()
    True
    """
    return _settings["traceback_filtering"]
