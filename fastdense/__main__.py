"""The command line: ``python -m fastdense mnist`` and ``python -m fastdense info``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import fastdense

__all__ = ["main"]


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, optional
        The arguments after the program's name. None takes those of this process.

    Returns
    -------
    int
        The exit code: 0, or 130 after Ctrl-C. Wrong arguments exit with 2, as argparse does.
    """
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m fastdense",
        description="Keras for dense networks on CPUs, fast.",
    )
    parser.add_argument("--version", action="version", version=f"fastdense {fastdense.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_mnist(commands)
    _add_info(commands)
    return parser


def _add_mnist(commands):
    about = "train the book's first network on handwritten digits, test it, and draw the curves"
    command = commands.add_parser(
        "mnist", help=about,
        description=_sentence(about) + " MNIST is downloaded once (11 MB); where it cannot be had, "
        "a sample that comes with fastdense is used.",
    )
    command.add_argument("--epochs", type=_epochs, default=5, metavar="N",
                         help="passes over the training digits (default: %(default)s)")
    command.add_argument("--seed", type=_seed, metavar="N",
                         help="start of the random numbers, for a repeatable run")
    command.add_argument("--output", type=_folder, default=".", metavar="DIR",
                         help="folder for the two pictures, made if need be (default: this one)")
    command.set_defaults(run=_run_mnist)


def _add_info(commands):
    about = "print version, CPU, instruction sets, threads and compiler, to paste in a bug report"
    command = commands.add_parser("info", help=about, description=_sentence(about))
    command.set_defaults(run=_run_info)


def _sentence(about):
    return f"{about[0].upper()}{about[1:]}."


def _run_mnist(arguments):
    from fastdense import demo

    demo.run(epochs=arguments.epochs, seed=arguments.seed, output=arguments.output)


def _run_info(arguments):
    fastdense.show_versions()


def _integer(text, low, high):
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise argparse.ArgumentTypeError(
            f"expected an integer from {low} to {high}. Received: {text}"
        )
    return value


def _epochs(text):
    return _integer(text, 1, 1_000_000)


def _seed(text):
    return _integer(text, 0, 2**32 - 1)


def _folder(text):
    folder = Path(text).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot make the folder {text}: {error}") from None
    if not os.access(folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write to the folder {text}")
    return folder


if __name__ == "__main__":
    sys.exit(main())
