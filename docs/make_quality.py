"""Write quality.md: each promise with its proof, the command for it, and its latest figure.

Run `python docs/make_quality.py` after prove/catalog.py or prove/figures.json has changed.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "quality.md"
sys.path.append(str(HERE.parent / "prove"))

import figures
from catalog import PROMISES, Promise

__all__ = ["PAGE", "PROMISES", "Promise", "figures", "page", "proofs", "row"]

LANGUAGES = {".py": "python", ".sh": "bash"}
HEAD = """\
# What is promised, and how it is proved

Each promise has a program that fails if it does not hold. The quick part of most of them runs in
`make test`; the figures are of the whole proof, with the commit and its day. `make prove` runs all,
the command in the table one; where none stands it is `FASTDENSE_PROVE=1 pytest FILE`.
A promise that fails is mended, not reworded.

| promise | figure | proof |
|---|---|---|
"""


def row(promise, found):
    """One line of the table; `found` is what figures.json has of the promise, or None."""
    proof = f"[{Path(promise.proof).name}](../{promise.proof})"
    if promise.command:
        proof += f" `{promise.command}`"
    figure = "{figure} ({commit}, {date})".format(**found) if found else "not yet measured"
    cells = (f"**{promise.name}**: {promise.says}", figure, proof)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def page(promises=PROMISES, measured=None):
    """The text of quality.md."""
    measured = figures.read() if measured is None else measured
    return HEAD + "".join(row(promise, measured.get(promise.name)) for promise in promises)


def proofs(promises=PROMISES):
    """Dict of page, without its suffix, to its text, which shows the program of a proof."""
    return {proof.replace("/", "."): f":orphan:\n\n{proof}\n{'=' * len(proof)}\n\nA proof of what "
            f":doc:`/quality` promises.\n\n.. literalinclude:: ../../{proof}\n"
            f"   :language: {LANGUAGES.get(Path(proof).suffix, 'none')}\n"
            for proof in sorted({promise.proof for promise in promises})}


if __name__ == "__main__":
    PAGE.write_text(page())
