"""MNIST's training images in a file that every peer can read."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import work

__all__ = ["BOOK", "store"]

BOOK = (784, 512, 10)


def store(folder, n):
    """Store the first `n` images; return the book's net on them, and what they are called."""
    from fastdense import datasets

    name = "MNIST"
    try:
        (x, y), _ = datasets.mnist.load_data()
    except (OSError, RuntimeError, ValueError) as error:
        print(f"MNIST cannot be had, so its sample is used: {error}", file=sys.stderr)
        (x, y), _ = datasets.mnist_sample.load_data()
        name = "MNIST sample"
    n = min(n, len(x))
    path = Path(folder) / "digits.npz"
    np.savez(path, x=x[:n].reshape(n, -1), y=y[:n])
    return work.Net(BOOK, 128, n, str(path)), f"{name}, {n:,} digits"
