"""The promises of docs/quality.md: what is promised, and the program that proves it."""

from typing import NamedTuple


class Promise(NamedTuple):
    name: str  # its key in figures.json
    says: str  # to a user, in one sentence
    proof: str  # a file of tests/promises or of prove/
    command: str


PROMISES = [
    Promise(
        "no memory error",
        "Nothing is read or written outside of its memory, and nothing is undefined in C: the "
        "whole suite, at every instruction-set level.",
        "prove/asan.sh", "make asan"),
    Promise(
        "no memory error in kernels",
        "The engine as it is shipped reads no memory that was never written, and loses none.",
        "prove/valgrind.sh", "make valgrind"),
    Promise(
        "no data race",
        "No two threads of the engine touch the same memory without order.",
        "prove/tsan.sh", "make tsan"),
    Promise(
        "python threads",
        "Python threads that share a model get the bits of a single one; a second fit of the same "
        "model is refused; weights that are set are never lost.",
        "tests/promises/test_python_threads.py",
        "FASTDENSE_PROVE=1 pytest tests/promises/test_python_threads.py"),
]
