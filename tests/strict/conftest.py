"""The program here is checked by mypy, not run."""

collect_ignore_glob = ["*.py"]
