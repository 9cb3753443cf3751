"""The promises of docs/quality.md: what is promised, and the program that proves it."""

from typing import NamedTuple


class Promise(NamedTuple):
    name: str  # its key in figures.json
    says: str  # to a user, in one sentence
    proof: str  # a file of tests/promises or of prove/
    command: str = ""  # where it is not `FASTDENSE_PROVE=1 pytest PROOF`


PROMISES = [
    Promise("same bits", "fit and predict give the same bits for any number of threads, in any "
            "process, wherever and however the data lies, for a row alone and in a batch.",
            "tests/promises/test_same_bits.py"),
    Promise("fork", "A forked child fits and predicts, with the same bits, whatever its parent had "
            "done or was doing; so do the workers of joblib, multiprocessing and GridSearchCV.",
            "tests/promises/test_fork.py"),
    Promise("kill", "A file that was being saved is the old one or the new one after a kill, on a "
            "full disk, and when any call of the system fails; a backup goes on to the bit.",
            "tests/promises/test_kill.py"),
    Promise("Ctrl-C", "Ctrl-C ends whatever is under way within 100 ms, also one step on the whole "
            "data set; every step is whole, the history is kept, the model goes on.",
            "tests/promises/test_ctrl_c.py"),
    Promise("left alone", "Floating-point modes, signal handlers, OpenMP's settings, random "
            "states, warning filters and all else that belongs to the process stay as they are.",
            "tests/promises/test_left_alone.py"),
    Promise("containers", "Of CPU quota (cgroup v1 and v2), affinity, OMP_NUM_THREADS and "
            "OMP_THREAD_LIMIT the smallest counts.",
            "tests/promises/test_containers.py"),
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
        "tests/promises/test_python_threads.py"),
    Promise(
        "tests on threads",
        "What a test of the suite sees in one thread, four Python threads see at the same time.",
        "prove/parallel.py", "make parallel"),
    Promise("hostile files",
            "Loading a file that nobody vouches for gives a model or an error: no crash, no code "
            "run, no hang.",
            "tests/promises/test_hostile_files.py"),
    Promise("attacks",
            "A hostile file is refused before more memory is taken than its own size and a "
            "megabyte.",
            "tests/promises/test_hostile_files.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_hostile_files.py -k attacks"),
    *(Promise(f"memory: {what}", f"To {what} again and again takes no more memory.",
              "tests/promises/test_memory.py")
      for what in ("predict", "fit", "save and load", "make, train and drop")),
    Promise("no memory",
            "Where memory runs out a call raises MemoryError, and the model is as it was.",
            "tests/promises/test_memory.py",
            "FASTDENSE_PROVE=1 pytest tests/promises/test_memory.py -k no_memory"),
    *(Promise(f"accuracy: {kind} {level} {dtype}",
              "The error of a product is within sqrt(K) eps |a||b|.",
              "tests/promises/test_accuracy.py")
      for kind in ("forward", "gradients") for level in ("base", "avx2", "avx512")
      for dtype in ("float32", "float64")),
    *(Promise(f"size: {what}", says, "tests/promises/test_size.py")
      for what, says in (
          ("file", "Data of more than 2**31 numbers is read from a file like any other."),
          ("view, rows", "So is a view of one row as millions of them."),
          ("view, columns", "So is a view of one number as all of them."),
          ("samples", "Samples are counted beyond 2**31."))),
    Promise("properties",
            "Whatever the shapes, numbers, optimizer and loss: fused and plain steps agree to the "
            "bit, rows do not depend on their batch, and what was saved is what is loaded.",
            "tests/promises/test_properties.py"),
    Promise("same bits on every level",
            "AVX2 and AVX-512 train, evaluate and predict the same numbers, to the bit.",
            "tests/promises/test_levels.py"),
    Promise("64-bit Arm",
            "The engine works on 64-bit Arm with NEON, and gives the bits of AVX2.",
            "prove/arm.sh", "make arm"),
    Promise("wheels",
            "A wheel for every CPython from 3.10 on, made from the sdist, wants no compiler.",
            "prove/wheels.py", "make wheels"),
    Promise("neighbours",
            "In one process with torch, scikit-learn and jax, imported and fitted in any order, "
            "nothing hangs and fastdense computes the same bits.",
            "prove/openmp.py", "make openmp"),
    Promise("threadpoolctl", "threadpoolctl sees the OpenMP of the wheel and limits it.",
            "prove/openmp.py", "make openmp"),
    Promise("bare system",
            "The wheel needs nothing of the system but Python: its OpenMP is in it.",
            "prove/openmp.py", "make openmp"),
    Promise("limited API", "What one wheel for all CPythons would cost a call with one row.",
            "prove/limited_api.py", "make limited-api"),
    Promise("types", "A program that uses fastdense passes `mypy --strict`, and the stubs of the "
            "compiled modules say what they are.",
            "tests/test_typing.py", "make lint && make test"),
    Promise("coverage", "How much of Python and of the engine the tests run is known; the loaders "
            "and the checks of arguments have no branch without a test.",
            "prove/cover.py", "make coverage"),
]
