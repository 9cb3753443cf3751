"""Write the pages of the API reference: one for each module, one for each public name.

conf.py calls it at each build. A thing with several names has its page in its home, the module that
it is written under; its other names are entries that lead there.
"""

import inspect
from pathlib import Path
from typing import NamedTuple

from make_tables import find, public_names

ORDER = ["models", "layers", "activations", "losses", "metrics", "optimizers", "callbacks",
         "initializers", "regularizers", "constraints", "datasets", "utils", "saving", "config",
         "random", "ops", "backend", "dtype_policies"]
WHOLE = {"fastdense.models.Model", "fastdense.models.Sequential"}  # with what they inherit


class Entry(NamedTuple):
    """One public name, and the name under which the same thing has its page."""

    name: str
    kind: str  # as in `.. autoclass`: module, class, function or data
    home: str

    @property
    def short(self):
        return self.name.rpartition(".")[2]

    @property
    def module(self):
        return self.name.rpartition(".")[0]


def thing(name):
    return find(name.partition(".")[2])


def kind_of(found):
    if inspect.ismodule(found):
        return "module"
    if inspect.isclass(found):
        return "class"
    return "function" if callable(found) else "data"


def entries():
    """Every public name as an Entry, and the package itself."""
    names = ["fastdense", *public_names()]
    modules = {name for name in names if inspect.ismodule(thing(name))}
    homes = {}
    for name in names:
        found = thing(name)
        key = name if kind_of(found) == "data" else id(found)
        homes.setdefault(key, []).append(name)
    return [Entry(name, kind_of(thing(name)), home(same, modules))
            for same in homes.values() for name in same]


def home(names, modules):
    """The one of a thing's `names` that lies in the innermost module that it is written under."""
    found = thing(names[0])
    written = getattr(found, "__module__", "")
    known = [name for name in names if name.rpartition(".")[2] == getattr(found, "__name__", "")]
    above = [name for name in known if f"{written}.".startswith(name.rpartition(".")[0] + ".")]
    return max(above or known or names, key=lambda name: name.count("."))


def page_of(entry, names):
    """The page of a thing, without its suffix; not all file systems tell Hinge from hinge."""
    if entry.kind == "data":
        return entry.module
    twins = [name for name in names if name.lower() == entry.home.lower()]
    return f"{entry.home}-function" if len(twins) > 1 and entry.kind == "function" else entry.home


def heading(text, line="="):
    return f"{text}\n{line * len(text)}\n"


def indented(lines):
    return "".join(f"   {line}\n" for line in lines)


def page_of_thing(entry):
    """The text of the page of one class or function."""
    module, _, short = entry.home.rpartition(".")
    options = []
    if entry.kind == "class":
        options = [":members:", ":show-inheritance:", f":inherited-members: {stops(entry.home)}"]
    # Orphans, with the way back on the page: a sidebar of all names is long, and slow to make.
    return (f":orphan:\n\n{heading(short)}\nIn :py:mod:`{module}`.\n\n"
            f".. currentmodule:: {module}\n\n"
            f".. auto{entry.kind}:: {entry.home}\n{indented(options)}")


def stops(name):
    """The bases of a class whose members are told on pages of their own."""
    public = {found.home.rpartition(".")[2] for found in entries() if found.kind == "class"}
    bases = [] if name in WHOLE else [base.__name__ for base in thing(name).__mro__[1:]]
    return ", ".join(["object", *(base for base in bases if base in public)])


def public_bases(cls):
    """The nearest bases of a class that have pages; `object` if none has."""
    public = {thing(entry.name) for entry in entries() if entry.kind == "class"}
    nearest = []
    for base in cls.__mro__[1:]:
        if base in public and not any(issubclass(known, base) for known in nearest):
            nearest.append(base)
    return nearest or [object]


def other(entry):
    """What the page of a module says of a name that has no page of its own."""
    if entry.kind == "data":
        found = thing(entry.name)
        return f".. py:data:: {entry.short}\n\n   A {type(found).__name__}, {found!r}.\n"
    directive = "class" if entry.kind == "class" else "data"  # a function would show ()
    return f".. py:{directive}:: {entry.short}\n\n   The same as :py:obj:`{entry.home}`.\n"


def page_of_module(name, found):
    """The text of the page of one module, from the entries in it."""
    own = [entry for entry in found if entry.module == name and entry.kind != "module"]
    inner = [entry.name for entry in found if entry.module == name and entry.kind == "module"
             and name != "fastdense"]  # whose modules stand beside it
    text = [heading(name), f".. automodule:: {name}\n", f".. currentmodule:: {name}\n"]
    homes = {entry.name for entry in found if entry.name == entry.home}
    for title, kind in (("Classes", "class"), ("Functions", "function")):
        here = [entry.short for entry in own if entry.kind == kind and entry.name in homes]
        if here:
            text += [heading(title, "-"), ".. autosummary::\n   :nosignatures:\n",
                     indented(sorted(here))]
    others = [entry for entry in own if entry.name not in homes or entry.kind == "data"]
    if others:
        text.append(heading("Other names", "-"))
        text += [other(entry) for entry in sorted(others, key=lambda entry: entry.name)]
    if inner:
        text += [heading("Modules", "-"), ".. toctree::\n", indented(inner)]
    return "\n".join(text)


def pages():
    """Dict of page, without its suffix, to its text."""
    found = entries()
    homes = {entry.name for entry in found if entry.name == entry.home}
    made = {}
    for entry in found:
        if entry.kind == "module":
            made[entry.name] = page_of_module(entry.name, found)
        elif entry.name == entry.home and entry.kind != "data":
            made[page_of(entry, homes)] = page_of_thing(entry)
    return made


def write(folder):
    """Make the pages of the reference in `folder`."""
    texts = pages()
    modules = ["fastdense", *(f"fastdense.{name}" for name in ORDER)]
    texts["index"] = (f"{heading('API reference')}\nWhat users may import. Names and signatures "
                      "are those of Keras 3 where Keras has them; see\n:doc:`/coming-from-keras`."
                      f"\n\n.. toctree::\n   :maxdepth: 1\n\n{indented(modules)}")
    write_pages(Path(folder), texts)


def write_pages(folder, texts):
    """Make `folder` hold the given pages, .rst, and no others."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.rst"):
        if path.stem not in texts:
            path.unlink()
    for page, text in texts.items():
        path = folder / f"{page}.rst"
        if not path.exists() or path.read_text() != text:  # Sphinx reads again what is newer
            path.write_text(text)


if __name__ == "__main__":
    write(Path(__file__).parent / "api")
