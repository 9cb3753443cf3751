"""What the bug-report text says."""

import io
import platform
import re

import numpy as np
import pytest

import fastdense
from fastdense import config
from fastdense.config import versions


def test_show_versions():
    text = io.StringIO()
    assert config.show_versions(file=text) is None
    rows = dict(line.split(None, 1) for line in text.getvalue().splitlines())
    assert rows["fastdense"] == fastdense.__version__
    assert rows["NumPy"] == np.__version__
    assert "running level" in text.getvalue() and config.instruction_set() in text.getvalue()
    assert re.search(r"^L2 cache +\d+ kB a core$", text.getvalue(), re.MULTILINE)
    assert f"threads        {config.get_num_threads()} (" in text.getvalue()
    assert "OpenMP" in text.getvalue()


def test_show_versions_prints(capsys):
    fastdense.show_versions()
    assert capsys.readouterr().out.startswith(f"fastdense      {fastdense.__version__}\n")


@pytest.mark.parametrize("machine, base", [
    ("x86_64", "base (SSE2)"), ("AMD64", "base (SSE2)"), ("aarch64", "base (NEON)"),
    ("arm64", "base (NEON)"), ("riscv64", "base")])
def test_base_says_what_it_is(monkeypatch, machine, base):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    text = io.StringIO()
    config.show_versions(file=text)
    assert f"\nbuilt levels   {base}" in text.getvalue()
    assert "base (" not in versions._level_name("avx2")


@pytest.mark.parametrize("cpuinfo, name", [
    ("processor : 0\nmodel name : Fast CPU\n\nprocessor : 1\nmodel name : Fast CPU\n", "Fast CPU"),
    ("processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n" * 2,
     "CPU implementer 0x41, CPU part 0xd0c"),
    ("CPU implementer : 0x41\nCPU part : 0xd05\n\nCPU implementer : 0x41\nCPU part : 0xd0a\n",
     "CPU implementer 0x41, CPU part 0xd05, CPU part 0xd0a")])
def test_cpu_name(tmp_path, cpuinfo, name):
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    assert versions._cpu_name(tmp_path / "cpuinfo").startswith(f"{name}, ")
    assert versions._cpu_name(tmp_path / "none").endswith(" CPUs")


def shown():
    text = io.StringIO()
    config.show_versions(file=text)
    return text.getvalue()


def test_who_chose_the_threads():
    config.set_num_threads(2)
    try:
        assert "threads        2 (fastdense.config.set_num_threads)" in shown()
    finally:
        config.set_num_threads(None)
