"""The tests, each on four Python threads that run it at the same time: pytest-run-parallel.

What a test changes for the whole process its own threads would change under each other: such a
test is left out. pytest-run-parallel finds those that catch warnings or output or patch something;
`SETS` lets it find those that set what all threads share, `SHARED` those with one thing for all,
and `ALONE` names the others, with the reason. Arguments go to pytest: a part of the suite, by path.
"""

import os
import sys
from pathlib import Path

import figures
import pytest

THREADS = 4
SUITE = ["tests/activations", "tests/initializers", "tests/kernels", "tests/layers", "tests/losses",
         "tests/metrics", "tests/models", "tests/optimizers", "tests/saving", "tests/training",
         "tests/utils", "tests/test_ops.py"]
# Seeds, dtypes, handlers of signals, and processes; as tests spell them, through one alias or none.
SETS = [f"{module}.{function}" for modules, functions in (
            (("keras.utils", "fastdense.utils", "fastdense.utils.seed"), ("set_random_seed",)),
            (("fastdense.random",), ("set_seed",)),
            (("keras.config", "fastdense.config"), ("set_floatx", "set_epsilon")),
            (("signal",), ("signal", "getsignal", "raise_signal")),
            (("os",), ("fork",)),
        ) for module in modules for function in functions]
SHARED = ["path", "shared"]  # fixtures that are one for all threads: the name of a file, a layer
NAMES = "names are counted for the process: dense, dense_1, ..."
GIVEN = "its parameter is one object for all threads, "
ALONE = {  # a test with all its parameters, or a file
    "tests/initializers/test_sampling.py::TestSeeds::test_none_draws_from_the_library":
        "rewinds the generator of the process",
    "tests/metrics/test_f_score.py::test_build_for": GIVEN + "a metric, which it builds",
    "tests/optimizers/test_base.py::test_optimizer_of_the_user_written_as_for_keras": NAMES,
    "tests/training/sources/test_arrays.py::test_resume": "draws from the generator of the process",
    "tests/training/sources/test_dataset.py::test_resume": "rewinds the generator of the process",
    "tests/training/sources/test_init.py::test_kinds": GIVEN + "an iterator, which it uses up",
    "tests/training/sources/test_source.py": "catches warnings, through a name",
    "tests/training/test_errands.py": "the main thread and the idle workers are the process's",
    "tests/training/test_link.py::test_attach_lends_the_optimizers_state":
        GIVEN + "an optimizer, which it builds",
    "tests/utils/test_custom_objects.py": "the register of classes is the process's",
    "tests/utils/test_naming.py": NAMES,
    "tests/utils/test_plot.py": "pyplot has one current figure",
}


class Sorter:
    """A plugin that marks what `ALONE` names, and counts what passed."""

    def __init__(self):
        self.unused = set(ALONE)
        self.passed = 0

    def pytest_collection_modifyitems(self, items):
        for item in items:
            test = item.nodeid.partition("[")[0]
            for name in {test, test.partition("::")[0]} & ALONE.keys():
                item.add_marker(pytest.mark.thread_unsafe(reason=ALONE[name]))
                self.unused.discard(name)

    def pytest_runtest_logreport(self, report):
        self.passed += report.when == "call" and report.passed


def main():
    os.chdir(Path(__file__).resolve().parents[1])
    part, sorter = sys.argv[1:], Sorter()
    status = pytest.main([
        f"--parallel-threads={THREADS}", "--skip-thread-unsafe=1", "--timeout=600",
        "-o", "thread_unsafe_functions=" + "\n".join(SETS),
        "-o", "thread_unsafe_fixtures=" + "\n".join(SHARED), *(part or SUITE)], plugins=[sorter])
    if status == pytest.ExitCode.OK and not part:
        if sorter.unused:
            return f"Named in ALONE, but not found: {', '.join(sorted(sorter.unused))}"
        figures.record("tests on threads", f"{sorter.passed:,} tests on {THREADS} Python threads "
                                           "at once, 0 failures")
    return status


if __name__ == "__main__":
    sys.exit(main())
