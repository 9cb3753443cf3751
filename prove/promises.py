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
    *(Promise(f"memory: {what}", f"To {what} again and again takes no more memory.",
              "tests/promises/test_memory.py",
              "FASTDENSE_PROVE=1 pytest tests/promises/test_memory.py")
      for what in ("predict", "fit", "save and load", "make, train and drop")),
    Promise("no memory",
            "Where memory runs out a call raises MemoryError, and the model is as it was.",
            "tests/promises/test_memory.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_memory.py -k no_memory"),
    *(Promise(f"accuracy: {kind} {level} {dtype}",
              "The error of a product is within sqrt(K) eps |a||b|.",
              "tests/promises/test_accuracy.py",
              "FASTDENSE_PROVE=1 pytest tests/promises/test_accuracy.py")
      for kind in ("forward", "gradients") for level in ("base", "avx2", "avx512")
      for dtype in ("float32", "float64")),
    *(Promise(f"size: {what}", says, "tests/promises/test_size.py",
              "FASTDENSE_PROVE=1 pytest tests/promises/test_size.py")
      for what, says in (
          ("file", "Data of more than 2**31 numbers is read from a file like any other."),
          ("view, rows", "So is a view of one row as millions of them."),
          ("view, columns", "So is a view of one number as all of them."),
          ("samples", "Samples are counted beyond 2**31."))),
    Promise("properties",
            "Whatever the shapes, numbers, optimizer and loss: fused and plain steps agree to the "
            "bit, rows do not depend on their batch, and what was saved is what is loaded.",
            "tests/promises/test_properties.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_properties.py"),
]
