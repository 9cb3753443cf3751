"""Random initializers: their distributions, to five standard errors, and their seeds."""

import json

import numpy as np
import pytest

from fastdense import initializers, random
from fastdense.initializers import Orthogonal, RandomNormal, RandomUniform, TruncatedNormal

ALL = [RandomNormal, RandomUniform, TruncatedNormal, Orthogonal]
N = 40_000


def test_random_normal():
    values = RandomNormal(mean=2.0, stddev=0.5, seed=1)((N,), "float64")
    assert values.mean() == pytest.approx(2.0, abs=5 * 0.5 / N**0.5)
    assert values.std() == pytest.approx(0.5, rel=5 / (2 * N) ** 0.5)
    assert np.abs(values - 2.0).max() > 1.0  # not truncated


def test_truncated_normal():
    values = TruncatedNormal(mean=2.0, stddev=0.5, seed=1)((N,), "float64")
    assert np.abs(values - 2.0).max() <= 1.0
    assert values.mean() == pytest.approx(2.0, abs=5 * 0.5 / N**0.5)
    assert values.std() == pytest.approx(0.5 * 0.87962566, rel=0.02)
    # No heap where the redrawn values would be if they were clipped instead.
    assert np.mean(np.abs(values - 2.0) > 0.99) < 0.01


def test_random_uniform():
    values = RandomUniform(-1.0, 3.0, seed=1)((N,), "float64")
    assert values.min() >= -1.0 and values.max() < 3.0
    assert values.mean() == pytest.approx(1.0, abs=5 * 4 / (12 * N) ** 0.5)
    assert np.histogram(values, 4, (-1, 3))[0] == pytest.approx(np.full(4, N / 4), rel=0.05)


def test_random_uniform_never_rounds_to_its_end():
    # 2**25 is the spacing of float32 here, so most draws would round to one of the two ends.
    low, high = 2.0**48, 2.0**48 + 2.0**25
    values = RandomUniform(low, high, seed=1)((100,))
    assert values.dtype == "float32"
    assert values.max() < high


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (4, 3), (5, 5)])
def test_orthogonal(shape):
    q = Orthogonal(gain=2.0, seed=1)(shape, "float64").reshape(-1, shape[-1])
    small = q @ q.T if q.shape[0] < q.shape[1] else q.T @ q
    np.testing.assert_allclose(small, 4 * np.eye(min(q.shape)), atol=1e-12)


def test_orthogonal_is_uniform():
    # Without the sign correction the diagonal of Q would nearly always be negative.
    signs = [np.sign(Orthogonal(seed=seed)((4, 4))[0, 0]) for seed in range(200)]
    assert abs(sum(signs)) < 5 * 200**0.5


@pytest.mark.parametrize("shape", [(3,), ()])
def test_orthogonal_wants_two_axes(shape):
    with pytest.raises(ValueError, match="must be at least two-dimensional"):
        Orthogonal()(shape)


@pytest.mark.parametrize("kind", ALL)
class TestSeeds:
    SHAPE = (6, 5)

    def test_int(self, kind):
        first = kind(seed=3)(self.SHAPE)
        np.testing.assert_array_equal(kind(seed=3)(self.SHAPE), first)
        assert (kind(seed=4)(self.SHAPE) != first).any()

    def test_one_object_repeats_itself(self, kind):
        initializer = kind()
        np.testing.assert_array_equal(initializer(self.SHAPE), initializer(self.SHAPE))

    def test_none_draws_from_the_library(self, kind):
        state = random.generator().bit_generator.state
        first, second = kind()(self.SHAPE), kind()(self.SHAPE)
        assert (first != second).any()
        random.generator().bit_generator.state = state
        np.testing.assert_array_equal(kind()(self.SHAPE), first)

    def test_seed_generator_goes_on(self, kind):
        initializer = kind(seed=random.SeedGenerator(1))
        assert (initializer(self.SHAPE) != initializer(self.SHAPE)).any()

    def test_dtypes_agree(self, kind):
        wide = kind(seed=3)(self.SHAPE, "float64")
        narrow = kind(seed=3)(self.SHAPE, "float32")
        assert wide.dtype == "float64" and narrow.dtype == "float32"
        np.testing.assert_array_equal(wide.astype("float32"), narrow)
        assert narrow.flags.c_contiguous

    def test_config_round_trip(self, kind):
        initializer = kind(seed=3)
        config = json.loads(json.dumps(initializers.serialize(initializer)))
        again = initializers.deserialize(config)
        np.testing.assert_array_equal(again(self.SHAPE), initializer(self.SHAPE))
        assert again.get_config() == initializer.get_config()

    def test_config_of_a_seed_generator(self, kind):
        initializer = kind(seed=random.SeedGenerator(5))
        again = kind.from_config(json.loads(json.dumps(initializer.get_config())))
        assert again.get_config() == initializer.get_config()
        np.testing.assert_array_equal(again(self.SHAPE), initializer(self.SHAPE))

    def test_clone_without_seed_is_another(self, kind):
        initializer = kind()
        assert initializer.get_config()["seed"] is None
        assert (initializer.clone()(self.SHAPE) != initializer(self.SHAPE)).any()

    @pytest.mark.parametrize("seed", [-1, 1.5, "a"])
    def test_refused(self, kind, seed):
        with pytest.raises(ValueError, match="`seed` argument should be an instance of"):
            kind(seed=seed)


@pytest.mark.parametrize("kind", [RandomNormal, RandomUniform, TruncatedNormal])
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1, 1)])
def test_small_shapes(kind, shape):
    assert kind(seed=1)(shape).shape == shape
