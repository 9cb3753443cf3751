"""Settings: what they are at first, what they accept, what the bug-report text says."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest

import fastdense
from fastdense import config, kernels, layers


@pytest.fixture(autouse=True)
def put_back():
    yield
    config.set_epsilon(1e-7)
    config.enable_interactive_logging()


def test_first_values():
    assert config.floatx() == "float32"
    assert config.epsilon() == 1e-7
    assert config.backend() == "fastdense"
    assert config.is_interactive_logging_enabled()


def test_floatx_is_the_dtype_of_new_layers():
    before = layers.Dense(1)
    config.set_floatx("float64")
    assert (before.dtype, layers.Dense(1).dtype) == ("float32", "float64")


@pytest.mark.parametrize("wrong", ["float16", "f4", "int32", None, 32, np.float32])
def test_unknown_floatx(wrong):
    with pytest.raises(ValueError, match=r"Unknown `floatx` value: .*'float32', 'float64'"):
        config.set_floatx(wrong)
    assert config.floatx() == "float32"


def test_epsilon():
    config.set_epsilon(1)
    assert config.epsilon() == 1.0 and type(config.epsilon()) is float
    with pytest.raises(ValueError, match="could not convert"):
        config.set_epsilon("small")


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


def test_logging_switch():
    config.disable_interactive_logging()
    assert not config.is_interactive_logging_enabled()
    config.enable_interactive_logging()
    assert config.is_interactive_logging_enabled()


def test_show_versions():
    text = io.StringIO()
    assert config.show_versions(file=text) is None
    rows = dict(line.split(None, 1) for line in text.getvalue().splitlines())
    assert rows["fastdense"] == fastdense.__version__
    assert rows["NumPy"] == np.__version__
    assert "running level" in text.getvalue() and config.instruction_set() in text.getvalue()
    assert f"threads        {config.get_num_threads()} (" in text.getvalue()
    assert "OpenMP" in text.getvalue()


def test_show_versions_prints(capsys):
    fastdense.show_versions()
    assert capsys.readouterr().out.startswith(f"fastdense      {fastdense.__version__}\n")


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
    done = run("import fastdense", FASTDENSE_MAX_ISA=wrong)
    assert done.returncode != 0
    assert f"expected one of base, avx2, avx512. Received: {wrong!r}" in done.stderr
