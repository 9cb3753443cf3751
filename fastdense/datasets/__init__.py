"""Data sets to try the library on."""

from . import mnist, mnist_sample

__all__ = ["mnist", "mnist_sample"]
