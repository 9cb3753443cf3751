"""One peer in a process of its own: started, asked over a pipe, ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["Failed", "Peer"]

HERE = Path(__file__).resolve().parent
TIMEOUT = 300  # seconds for one answer


class Failed(Exception):
    """A peer is not installed, has died, or could not do what it was asked."""


def environment(module, threads, level):
    """Return the environment of a peer: this one without what would slow NumPy's BLAS down."""
    clean = {k: v for k, v in os.environ.items()
             if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    clean |= {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    if threads is not None:
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        clean |= dict.fromkeys(names, str(threads))
    if module == "ours":  # the checkout's, whatever is installed: the report names its commit
        clean["PYTHONPATH"] = str(HERE.parent)
    if level is not None:
        clean["FASTDENSE_MAX_ISA"] = level
    return clean


def interpreter(module):
    """Return the Python that runs a peer; fastdense runs in this one."""
    if module == "ours":
        return sys.executable
    return os.environ.get("FASTDENSE_PEERS_PYTHON") or sys.executable


class Peer:
    """One worker process: starts at once, is ready after `greet`, ends with the context."""

    def __init__(self, module, threads=None, level=None):
        self.module = module
        command = [interpreter(module), str(HERE / "peers" / "worker.py"), module]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, closed with the peer
        self.process = subprocess.Popen(
            command + ([str(threads)] if threads is not None else []), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.errors, env=environment(module, threads, level))
        self.net = None  # what it has built
        self.last_words = "ended without a word"  # the last line that it wrote, when it has ended

    def __enter__(self):
        self.greet()
        return self

    def __exit__(self, *exception):
        self.close()

    def greet(self):
        """Wait until its library is imported, and learn what it is."""
        hello = self.answer()
        if "missing" in hello:
            self.close()
            raise Failed(hello["missing"])
        self.name, self.versions, self.can = hello["name"], hello["versions"], hello["can"]

    def ask(self, do, **arguments):
        """Send one request and return its answer."""
        if self.process.stdin.closed:
            raise Failed("has ended before")
        line = json.dumps({"do": do, **arguments}) + "\n"
        try:
            self.process.stdin.write(line.encode())
            self.process.stdin.flush()
        except BrokenPipeError as error:
            self.close()
            raise Failed(self.last_words) from error
        return self.answer()

    def hold(self, net):
        """Let it make the net's data and model, unless it has them."""
        if self.net != net:
            self.net = None
            self.ask("load", net=net._asdict())
            self.ask("build")
            self.net = net

    def answer(self):
        """Return the next answer."""
        ready, _, _ = select.select([self.process.stdout], [], [], TIMEOUT)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.close()
            raise Failed(self.last_words if ready else f"no answer in {TIMEOUT} s")
        try:
            answer = json.loads(line)
        except ValueError as error:
            self.close()
            raise Failed(f"answered {line[:80]!r}") from error
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def close(self):
        """End the process."""
        if self.errors.closed:
            return
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.seek(0)
        self.last_words = (self.errors.read().strip().splitlines() or [self.last_words])[-1]
        self.errors.close()
