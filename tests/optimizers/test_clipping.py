"""Gradients made shorter."""

import numpy as np
import pytest

from fastdense.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_global_norm, clip_by_value])
def test_short_gradients_are_left_alone(clip, dtype):
    gradients = [np.array([[0.3, -0.4]], dtype), np.zeros(2, dtype)]
    for result, gradient in zip(clip(gradients, 1.0), gradients, strict=True):
        np.testing.assert_array_equal(result, gradient)
        assert result.dtype == dtype and result.shape == gradient.shape


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_norm(dtype):
    gradients = [np.array([30.0, 40.0], dtype), np.array([-8.0], dtype)]
    one, two = clip_by_norm(gradients, 2.0)
    np.testing.assert_allclose(one, [1.2, 1.6], rtol=1e-6)
    np.testing.assert_allclose(two, [-2.0], rtol=1e-6)
    assert one.dtype == two.dtype == dtype


def test_norm_of_all():
    one, two = clip_by_global_norm([np.array([30.0]), np.array([[-40.0]])], 5.0)
    np.testing.assert_allclose(one, [3.0])
    np.testing.assert_allclose(two, [[-4.0]])


def test_large_float32_do_not_overflow():
    gradient = np.array([3e38, 3e38], "float32")
    for clip in (clip_by_norm, clip_by_global_norm):
        np.testing.assert_allclose(clip([gradient], 1.0)[0], [2**-0.5, 2**-0.5], rtol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite(bad):
    gradients = [np.array([bad, 1.0]), np.array([1.0])]
    with np.errstate(invalid="ignore"):
        one, _ = clip_by_norm(gradients, 1.0)
        everything = np.concatenate(clip_by_global_norm(gradients, 1.0))
    assert np.isnan(one[0])
    assert np.isnan(everything).all()


def test_values():
    np.testing.assert_array_equal(clip_by_value([np.array([-3.0, 0.1, 3.0])], 0.5)[0],
                                  [-0.5, 0.1, 0.5])
