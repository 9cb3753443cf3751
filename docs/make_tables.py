"""Bring what is generated up to date: the tables of coming-from-keras.md, tests/public_*.txt.

Run `python docs/make_tables.py` after a public name has come or gone, and look at the difference.
What Keras has is in tests/golden/signatures.json; why something of it is not here, in left_out.py.
"""

import fnmatch
import inspect
import json
import operator
import re
import sys
from pathlib import Path

from left_out import CLASSES, MODULES

import fastdense

HERE = Path(__file__).parent
PAGE = HERE / "coming-from-keras.md"
NAMES = HERE.parent / "tests" / "public_names.txt"
MEMBERS = HERE.parent / "tests" / "public_members.txt"
KERAS = json.loads((HERE.parent / "tests" / "golden" / "signatures.json").read_text())
ASIDE = {"ops"}  # another thing under the same name, told in words


def public_names():
    """Every public name of the package with its module, sorted."""
    return sorted({name for name, _ in _public(fastdense)})


def public_members():
    """Every public name of a public class, with one name of the class, sorted."""
    found = dict(sorted(_public(fastdense), key=operator.itemgetter(0), reverse=True))
    classes = {thing: name for name, thing in found.items() if inspect.isclass(thing)}
    return sorted(f"{name}.{member}" for cls, name in classes.items()
                  for member in _members(cls, classes.keys() - {cls}))


def _public(module):
    for name in module.__all__:
        thing = getattr(module, name)
        yield f"{module.__name__}.{name}", thing
        if inspect.ismodule(thing):
            yield from _public(thing)


def _members(cls, others):
    """The public names of a class that it does not have from another public one."""
    own = [base for base in cls.__mro__ if base.__module__.startswith("fastdense.")
           and base not in others]
    return {name for base in own for name in vars(base) if not name.startswith("_")}


def find(name):
    """A module or class of fastdense by its dotted name, or None."""
    try:
        return operator.attrgetter(name)(fastdense) if name else fastdense
    except AttributeError:
        return None


def missing(kind):
    """Dict of module or class to the set of its names in Keras that are not here."""
    return {place: {name for name in names if not hasattr(find(place), name)}
            for place, names in KERAS[kind].items() if place not in ASIDE}


def unexplained(kind, reasons):
    """Like :func:`missing`, without what a reason is given for."""
    left = missing(kind)
    for places in reasons.values():
        for place, patterns in places.items():
            left[place] = {name for name in left[place]
                           if not any(fnmatch.fnmatchcase(name, p) for p in patterns.split())}
    return {place: names for place, names in left.items() if names}


def untrue(kind, reasons):
    """Patterns of left_out.py that match nothing that is missing, or something that is there."""
    gone = missing(kind)
    return [f"{place}: {pattern}" for places in reasons.values()
            for place, patterns in places.items() for pattern in patterns.split()
            if not fnmatch.filter(gone[place], pattern)
            or fnmatch.filter(set(KERAS[kind][place]) - gone[place], pattern)]


def title(place):
    """A module or class as Markdown code, by its name in Keras."""
    return "`" + f"keras.{place}".rstrip(".") + "`"


def code(names):
    """Names as Markdown code, separated by spaces."""
    return " ".join(f"`{name}`" for name in names)


def table_of_what_is_there():
    rows = ["| module | as in Keras | only in fastdense |", "|---|---|---|"]
    for place, names in KERAS["modules"].items():
        ours = find(place)
        if ours is None or place in ASIDE:
            continue
        own = set(getattr(ours, "__all__", ())) - set(names)
        shared = [name for name in names if hasattr(ours, name)]
        rows.append(f"| {title(place)} | {code(shared)} | {code(sorted(own))} |")
    return rows


def table_of_what_is_not():
    rows = ["| in Keras | why it is not here |", "|---|---|"]
    for kind, reasons in (("modules", MODULES), ("classes", CLASSES)):
        for reason, places in reasons.items():
            rows += [f"| {title(place)}: {code(patterns.split())} | {reason} |"
                     for place, patterns in places.items()]
        rows += [f"| {title(place)}: {code(sorted(names))} | not yet |"
                 for place, names in unexplained(kind, reasons).items()]
    return rows


def updated(text):
    """The page with its tables made anew."""
    for title, rows in (("there", table_of_what_is_there()), ("left out", table_of_what_is_not())):
        begin, end = f"<!-- {title}: begin -->\n", f"<!-- {title}: end -->"
        text = re.sub(f"(?s)(?<={begin}).*(?={end})", lambda _, rows=rows: "\n".join(rows) + "\n",
                      text)
    return text


def main():
    PAGE.write_text(updated(PAGE.read_text()))
    NAMES.write_text("\n".join(public_names()) + "\n")
    MEMBERS.write_text("\n".join(public_members()) + "\n")
    for kind, reasons in (("modules", MODULES), ("classes", CLASSES)):
        for complaint in untrue(kind, reasons):
            print(f"left_out.py is out of date: {complaint}", file=sys.stderr)


if __name__ == "__main__":
    main()
