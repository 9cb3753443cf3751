"""The version, in one place: pyproject.toml reads it from here."""

__all__ = ["__version__", "version"]

__version__ = "0.1.0"


def version():
    """Return the version as a str.

    Examples
    --------
    >>> import fastdense
    >>> fastdense.version() == fastdense.__version__
    True
    """
    return __version__
