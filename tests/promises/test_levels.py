"""Levels with FMA leave the same bits behind: the cases of prove/bits.py on AVX2 and on AVX-512.

prove/arm.sh compares a third one, NEON, in emulation.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastdense import kernels

BITS = Path(__file__).parents[2] / "prove" / "bits.py"
LEVELS = [level for level in ("avx2", "avx512")
          if level in kernels.built_levels() and level in kernels.cpu.supported_levels()]

pytestmark = [
    pytest.mark.skipif(len(LEVELS) < 2, reason=f"levels with FMA here: {LEVELS}"),
    pytest.mark.skipif(not BITS.exists(), reason="prove/ is not beside the tests"),
]


def run(*arguments, **settings):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | settings
    return subprocess.run([sys.executable, str(BITS), *map(str, arguments)], env=environment,
                          capture_output=True, text=True)


def test_same_bits(tmp_path, count, figure):
    files = []
    for level in LEVELS:
        found = run(FASTDENSE_MAX_ISA=level, FASTDENSE_BITS_EVERY=str(count(16, 1)))
        assert found.returncode == 0, found.stderr
        files.append(tmp_path / f"{level}.json")
        files[-1].write_text(found.stdout)
    compared = run(*files)
    assert compared.returncode == 0, compared.stdout + compared.stderr
    figure("same bits on every level", compared.stdout.strip())


def test_a_difference_is_named(tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text('{"machine": "a", "digests": {"same": "1", "case": "2"}}')
    other.write_text('{"machine": "b", "digests": {"same": "1", "case": "3", "more": "4"}}')
    compared = run(one, other)
    assert compared.returncode == 1
    assert compared.stdout.split("\n")[:3] == ["case", "more", "1 of 3 digests of a and b agree"]
