"""The library's generator: one object, seeded afresh at import, repeatable on request."""

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastdense
from fastdense import random


@pytest.fixture(autouse=True)
def keep_state():
    state = random.generator().bit_generator.state
    yield
    random.generator().bit_generator.state = state


def test_generator_is_pcg64():
    assert isinstance(random.generator().bit_generator, np.random.PCG64)


@pytest.mark.parametrize("seed", [0, 1, 2**40, np.int64(5)])
def test_set_seed_repeats(seed):
    random.set_seed(seed)
    first = [random.draw_seed() for _ in range(5)]
    random.set_seed(seed)
    assert [random.draw_seed() for _ in range(5)] == first
    assert len(set(first)) == 5


def test_set_seed_is_that_of_numpy():
    random.set_seed(42)
    expected = np.random.Generator(np.random.PCG64(42)).integers(2**32, size=3)
    assert [random.draw_seed() for _ in range(3)] == expected.tolist()


def test_who_holds_the_generator_follows_the_seed():
    held = random.generator()
    random.set_seed(3)
    first = held.random()
    random.set_seed(3)
    assert held.random() == first


def test_none_takes_entropy():
    random.set_seed(None)
    first = random.generator().random(4)
    random.set_seed(None)
    assert (random.generator().random(4) != first).all()


@pytest.mark.parametrize("seed", [-1, 1.5, "a", [1]])
def test_set_seed_refuses(seed):
    before = random.generator().bit_generator.state
    with pytest.raises(ValueError, match="expected a non-negative integer"):
        random.set_seed(seed)
    assert random.generator().bit_generator.state == before


def test_draw_seed_range():
    random.set_seed(1)
    seeds = [random.draw_seed() for _ in range(200)]
    assert all(isinstance(seed, int) and 0 <= seed < 2**32 for seed in seeds)
    assert max(seeds) > 2**31


def test_two_processes_differ():
    code = "from fastdense import random; print(random.draw_seed(), random.draw_seed())"
    environment = {**os.environ, "PYTHONPATH": str(Path(fastdense.__file__).parents[1])}
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env=environment) for _ in range(2)]
    assert runs[0].stdout != runs[1].stdout


def test_seed_generator_stream():
    stream = random.SeedGenerator(7)
    first = [stream.next() for _ in range(4)]
    assert len(set(first)) == 4
    again = random.SeedGenerator.from_config(stream.get_config())
    assert [again.next() for _ in range(4)] == first


def test_seed_generator_state_can_be_put_back():
    stream = random.SeedGenerator(7)
    stream.next()
    assert stream.state.tolist() == [7, 1]  # as Keras's, which its files hold
    state = stream.state.copy()
    first = [stream.next() for _ in range(3)]
    other = random.SeedGenerator(1)
    other.state[:] = state
    assert [other.next() for _ in range(3)] == first
    assert [copied.next() for copied in [copy.deepcopy(other), pickle.loads(pickle.dumps(other))]
            ] == [other.next()] * 2


def test_seed_generator_without_seed_follows_the_library():
    random.set_seed(5)
    first = random.SeedGenerator().next()
    assert random.SeedGenerator().next() != first
    random.set_seed(5)
    assert random.SeedGenerator().next() == first


def test_seed_generator_config():
    assert random.SeedGenerator().get_config() == {"seed": None, "name": "seed_generator"}
    assert random.SeedGenerator(3, name="s").get_config() == {"seed": 3, "name": "s"}


@pytest.mark.parametrize("seed", [-1, 1.5, "a", 2**63])
def test_seed_generator_refuses(seed):
    with pytest.raises(ValueError, match="Argument `seed` must be an integer"):
        random.SeedGenerator(seed)
