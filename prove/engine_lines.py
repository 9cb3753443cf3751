"""Which lines of the engine ran: the counts of gcov for C, carried back to the Cython sources.

Cython writes the statement that a piece of C belongs to as a comment before it; the C from there to
the next such comment is that statement, and it ran if any of it did.
"""

import collections
import json
import re
import subprocess
from pathlib import Path

_STATEMENT = re.compile(r'^ */\* "(fastdense/kernels/[^"]+)":(\d+)$')
_NOBODY = re.compile(r"^ */\* function exit code \*/|^/\* Python wrapper \*/|^}")


def lines(root):
    """Dict of source file to dict of line number to how often it ran, in all builds together."""
    found = collections.defaultdict(collections.Counter)
    for data in sorted(Path(root).rglob("*.gcda")):
        report = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], cwd=root,
                                capture_output=True, check=True, text=True).stdout
        for file in json.loads(report)["files"]:
            if file["file"].startswith("/"):
                continue  # a header of the system
            source = owners(Path(root, file["file"])) if file["file"].endswith(".c") else None
            for line in file["lines"]:
                number = line["line_number"]
                owner = (file["file"], number) if source is None else source.get(number)
                if owner:
                    found[owner[0]][owner[1]] += line["count"]
    return {name: dict(counts) for name, counts in sorted(found.items())}


def owners(c_file):
    """Dict of line number of a C file to (Cython file, line) of the statement it belongs to."""
    owner, found, in_comment = None, {}, False
    for number, text in enumerate(c_file.read_text().splitlines(), start=1):
        statement = _STATEMENT.match(text)
        if statement:
            owner, in_comment = (statement[1], int(statement[2])), True
        elif in_comment:
            in_comment = "*/" not in text
        elif _NOBODY.match(text):
            owner = None
        elif owner:
            found[number] = owner
    return found


def share(counts):
    """(lines that ran, lines) of what `lines` returned."""
    ran = [count > 0 for file in counts.values() for count in file.values()]
    return sum(ran), len(ran)


_STYLE = ("pre {margin: 0} .ran {background: #dfd} .not {background: #fbb} "
          "td {padding-right: 2em; text-align: right}")


def write_html(counts, root, target):
    """One page: a table of the files, then each with the lines that ran and those that did not."""
    import html

    rows, pages = [], []
    for name, file in counts.items():
        ran, n = share({name: file})
        rows.append(f'<tr><td><a href="#{name}">{name}</a><td>{ran}<td>{n}<td>{ran / n:.1%}')
        shown = []
        for number, text in enumerate(Path(root, name).read_text().splitlines(), start=1):
            kind = "" if number not in file else "ran" if file[number] else "not"
            shown.append(f'<span class="{kind}">{number:5} {html.escape(text)}</span>')
        pages.append(f'<h2 id="{name}">{name}</h2><pre>' + "\n".join(shown) + "</pre>")
    target.write_text(f"<!doctype html><meta charset=utf-8><title>The engine's lines</title>"
                      f"<style>{_STYLE}</style><table>{''.join(rows)}</table>{''.join(pages)}")
