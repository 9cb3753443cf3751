"""The promises of docs/quality.md: what is promised, and the program that proves it."""

from typing import NamedTuple


class Promise(NamedTuple):
    name: str  # its key in figures.json
    says: str  # to a user, in one sentence
    proof: str  # a file of tests/promises or of prove/
    command: str


PROMISES = [
    Promise("hostile files",
            "Loading a file that nobody vouches for gives a model or an error: no crash, no code "
            "run, no hang.",
            "tests/promises/test_hostile_files.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_hostile_files.py"),
    Promise("attacks",
            "A hostile file is refused before more memory is taken than its own size and a "
            "megabyte.",
            "tests/promises/test_hostile_files.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_hostile_files.py -k attacks"),
]
