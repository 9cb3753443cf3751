"""The scripts beside the golden files need Keras and are not tests."""

collect_ignore_glob = ["make_*.py"]
