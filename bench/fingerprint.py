"""What a figure depends on: the machine, the level, the threads, the versions, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import date
from pathlib import Path

import numpy as np
import peak

__all__ = ["busy", "fingerprint"]


def cpu_name():
    """Return the processor's name, on x86 with its family and model.

    Virtual machines tell no more of a name than "AMD EPYC", and of two generations one computes
    twice as much in a cycle as the other.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = dict(reversed([[part.strip() for part in line.split(":", 1)]  # of the first CPU
                           for line in lines if ":" in line]))
    name = facts.get("model name", platform.machine())
    if "cpu family" in facts:
        name += f" (family {facts['cpu family']}, model {facts['model']})"
    return name


def commit():
    """Return the short commit of this checkout, with "+" if files differ from it."""
    def git(*arguments):
        return subprocess.run(
            ["git", "-C", str(Path(__file__).parent), *arguments], capture_output=True, text=True,
            check=True).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def busy(seconds=1.0):
    """Return how much of all CPUs is at work for `seconds` while this process sleeps, 0 to 1.

    Linux only; None elsewhere. A figure from a machine that others are using is no figure.
    """
    def ticks():
        line = Path("/proc/stat").read_text().splitlines()[0]
        fields = [int(field) for field in line.split()[1:]]
        return sum(fields[:8]), fields[3] + fields[4]  # all; idle and waiting for a disk

    if not os.path.exists("/proc/stat"):
        return None
    total, idle = ticks()
    time.sleep(seconds)
    total_then, idle_then = ticks()
    return 1 - (idle_then - idle) / max(1, total_then - total)


def fingerprint():
    """Return the facts as a dict of strings and numbers."""
    import fastdense
    from fastdense import kernels

    return {
        "cpu": cpu_name(),
        "cpus": peak.cpus(),
        "system": f"{platform.system()} {platform.machine()}",
        "level": kernels.level,
        "threads": fastdense.config.get_num_threads(),
        "compiler": kernels.cpu.COMPILER_VERSION,
        "fastdense": fastdense.__version__,
        "commit": commit(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "date": date.today().isoformat(),
    }
