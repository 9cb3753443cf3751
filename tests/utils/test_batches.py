"""Batches as tuples, both ways."""

import numpy as np
import pytest

from fastdense import utils

X, Y, W = np.zeros((2, 1)), np.ones(2), np.ones(2)


@pytest.mark.parametrize(("data", "expected"), [
    (X, (X, None, None)), ((X,), (X, None, None)), ((X, Y), (X, Y, None)),
    ([X, Y], (X, Y, None)), ((X, Y, W), (X, Y, W)), ((X, Y, None), (X, Y, None))])
def test_unpack(data, expected):
    got = utils.unpack_x_y_sample_weight(data)
    assert all(a is b for a, b in zip(got, expected, strict=True))


@pytest.mark.parametrize("data", [(), (X, Y, W, W)])
def test_unpack_what_is_no_batch(data):
    with pytest.raises(ValueError, match=r"`x`, `\(x,\)`, `\(x, y\)`, or `\(x, y, sample_weight\)`"
                                         rf"\. Received: a tuple of {len(data)}"):
        utils.unpack_x_y_sample_weight(data)


@pytest.mark.parametrize("parts", [(X,), (X, Y), (X, Y, W), ([X],), ((X, Y),)])
def test_pack_is_the_inverse(parts):
    packed = utils.pack_x_y_sample_weight(*parts)
    got = utils.unpack_x_y_sample_weight(packed)
    assert all(a is b for a, b in zip(got, (*parts, None, None)[:3], strict=True))


def test_pack_is_the_shortest():
    assert utils.pack_x_y_sample_weight(X) is X
    assert len(utils.pack_x_y_sample_weight(X, Y)) == 2
