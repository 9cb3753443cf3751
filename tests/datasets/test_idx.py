"""The idx reader takes exactly what a header announces and nothing else."""

import numpy as np
import pytest

from fastdense.datasets import idx


@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (2, 3), (2, 3, 4), (0, 28, 28)])
def test_round_trip(shape):
    array = np.arange(np.prod(shape, dtype=int), dtype=np.uint8).reshape(shape)
    decoded = idx.decode(idx.header(shape) + array.tobytes())
    assert decoded.dtype == np.uint8
    assert decoded.shape == shape
    np.testing.assert_array_equal(decoded, array)


def test_header_of_the_published_files():
    assert idx.header((60000, 28, 28)).hex(" ") == "00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c"


@pytest.mark.parametrize(("data", "message"), [
    (b"", "an empty file"),
    (b"\0\0\x08", "starts with 00 00 08"),
    (b"\x1f\x8b\x08\0", "Received: 1f 8b 08"),  # still gzipped
    (bytes([0, 0, 0x0D, 1, 0, 0, 0, 1]) + bytes(4), "Received: 00 00 0d"),  # float32
    (bytes([0, 0, 8, 3, 0, 0, 0]), "expected 16 bytes of header for 3 axes. Received: 7"),
    (idx.header((5,)) + b"1234", r"expected 13 bytes for shape \(5,\). Received: 12"),
    (idx.header((5,)) + b"123456", r"expected 13 bytes for shape \(5,\). Received: 14"),
    # Announces 2**96 bytes: must be refused by arithmetic, not by running out of memory.
    (idx.header((2**32 - 1,) * 3) + b"1", "expected 79228162458924105385300197391 bytes"),
])
def test_damaged(data, message):
    with pytest.raises(ValueError, match=message):
        idx.decode(data)
