"""What computes: the name of the engine, its threads, its instruction set."""

import os
import subprocess
import sys

import numpy as np
import pytest

from fastdense import config, kernels


def test_backend():
    assert config.backend() == "fastdense"


@pytest.mark.parametrize("n", [1, 2, 5, np.int64(3)])
def test_threads(n):
    default = config.get_num_threads()
    config.set_num_threads(n)
    assert config.get_num_threads() == n
    config.set_num_threads(None)
    assert config.get_num_threads() == default >= 1


@pytest.mark.parametrize("wrong", [0, -1, 4097, 1.0, "2", True, [1]])
def test_wrong_threads(wrong):
    before = config.get_num_threads()
    with pytest.raises(ValueError, match=r"integer from 1 to 4096, or None\. Received: n="):
        config.set_num_threads(wrong)
    assert config.get_num_threads() == before


def run(code, **environment):
    return subprocess.run([sys.executable, "-c", code], env={**os.environ, **environment},
                          capture_output=True, text=True)


@pytest.mark.parametrize("level", kernels.LEVELS)
def test_instruction_set_can_be_lowered(level):
    done = run("from fastdense import config; print(config.instruction_set());"
               "config.show_versions()", FASTDENSE_MAX_ISA=level)
    usable = [name for name in kernels.LEVELS[:kernels.LEVELS.index(level) + 1]
              if name in kernels.cpu.supported_levels() and name in kernels.built_levels()]
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == usable[-1]
    assert f"FASTDENSE_MAX_ISA={level}" in done.stdout


@pytest.mark.parametrize("wrong", ["avx", "AVX2", ""])
def test_wrong_instruction_set(wrong):
    done = run("import fastdense.kernels", FASTDENSE_MAX_ISA=wrong)
    assert done.returncode != 0
    assert f"expected one of base, avx2, avx512. Received: {wrong!r}" in done.stderr


def test_engine_that_is_missing(monkeypatch):
    monkeypatch.setattr(kernels, "built_levels", list)
    with pytest.raises(ImportError, match="the compiled engine is missing"):
        kernels._choose()
