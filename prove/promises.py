"""The promises of docs/quality.md: what is promised, and the program that proves it."""

from typing import NamedTuple


class Promise(NamedTuple):
    name: str  # its key in figures.json
    says: str  # to a user, in one sentence
    proof: str  # a file of tests/promises or of prove/
    command: str


PROMISES = []
