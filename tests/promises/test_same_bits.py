"""Same bits: whatever the number of threads, the process, the place of the data, the batch."""

import json

import numpy as np
import pytest
from promises import programs, trainings

from fastdense import config, kernels

THREADS = (1, 2, 3, 7)  # more than a small machine has
NAMES = list(trainings.CASES)


@pytest.fixture(scope="module")
def expected():
    """The digest of each training on one thread."""
    config.set_num_threads(1)
    return {name: trainings.train(name)[1] for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_any_number_of_threads(name, expected, count, figure):
    runs = count(1, 100)
    for threads in THREADS[1:] if runs == 1 else THREADS:
        config.set_num_threads(threads)
        for _ in range(runs):
            assert trainings.train(name)[1] == expected[name], threads
    figure("same bits", f"100 % equal: {len(NAMES)} trainings, threads {THREADS}, {runs} runs each")


LEVELS = [name for name in kernels.built_levels() if name in kernels.cpu.supported_levels()]


def in_a_process(level, threads=2):
    return json.loads(programs.run(trainings.__file__, FASTDENSE_MAX_ISA=level,
                                   OMP_NUM_THREADS=str(threads)))


def test_other_processes(expected, count):
    """Each has its own addresses, from the system's randomization, and its own hash seed."""
    for level in count([kernels.level], LEVELS):
        first = expected if level == kernels.level else in_a_process(level)
        for i in range(count(1, 10)):
            assert in_a_process(level, 1 + i % 2) == first, level


@pytest.mark.skipif(not {"avx2", "avx512"} <= set(LEVELS), reason="this CPU lacks one of the two")
def test_two_levels(expected):
    avx2, avx512 = (expected if level == kernels.level else in_a_process(level)
                    for level in ("avx2", "avx512"))
    assert avx2 == avx512


# -- the place of the data -------------------------------------------------------------------------


def placed(x, offset):
    """A copy of an array that starts so many bytes after a cache line."""
    raw = np.zeros(x.nbytes + 128, np.uint8)
    start = -raw.ctypes.data % 64 + offset
    view = raw[start:start + x.nbytes].view(x.dtype).reshape(x.shape)
    view[...] = x
    assert view.ctypes.data % 64 == offset
    return view


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


FORMS = {
    "every other row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "every third column": lambda x: np.repeat(x, 3, axis=1)[:, ::3],
    "backwards": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "Fortran": np.asfortranarray,
    "byte-swapped": lambda x: x.astype(x.dtype.newbyteorder()),
    "double": lambda x: x.astype("f8"),
    "read-only": read_only,
    "of three axes": lambda x: x.reshape(len(x), -1, 1)[:, :, 0],
}


@pytest.mark.parametrize("name", ["book", "dense input"])
def test_any_alignment(name, expected, count):
    x = trainings.CASES[name][2]
    for offset in range(0, 64, count(20, 4)):
        assert trainings.train(name, placed(x, offset))[1] == expected[name], offset
    for offset in (1, 2, 3, 61):  # not even that of a number
        unaligned = placed(x, offset)
        assert not unaligned.flags.aligned
        assert trainings.train(name, unaligned)[1] == expected[name], offset


@pytest.mark.parametrize("form", FORMS)
def test_any_form(form, expected):
    x = FORMS[form](trainings.SPARSE)
    assert trainings.train("book", x)[1] == expected["book"]
    assert trainings.train("book", y=np.repeat(trainings.LABELS, 3)[::3])[1] == expected["book"]


# -- predict ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("threads", THREADS)
def test_a_row_alone_and_in_any_batch(name, threads, count):
    config.set_num_threads(threads)
    model, _ = trainings.train(name, epochs=1)
    x = np.concatenate([trainings.DENSE, trainings.SPARSE, trainings.DENSE])
    together = model.predict(x)
    assert not np.array_equal(together[0], together[1])
    for i in range(0, len(x), count(31, 1)):
        np.testing.assert_array_equal(model.predict(x[i:i + 1])[0], together[i])
    for size in (2, 3, 15, 17, 100, 192, 193, 600):
        np.testing.assert_array_equal(model.predict(x[5:5 + size]), together[5:5 + size])
        np.testing.assert_array_equal(
            model.predict(x, batch_size=size, callbacks=[]), together)
