"""The rules of the house: who imports whom, a test for every file, size, silence, examples."""

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastdense

TESTS = Path(__file__).parent
HOUSE = TESTS.parent / "fastdense"
FILES = sorted(HOUSE.rglob("*.py")) if (HOUSE / "__init__.py").exists() else []
PACKAGES = ["activations", "backend", "callbacks", "config", "constraints", "datasets",
            "dtype_policies", "initializers", "layers", "losses", "metrics", "models", "ops",
            "optimizers", "random", "regularizers", "saving", "utils"]

pytestmark = pytest.mark.skipif(not FILES, reason="the sources are not beside the tests")


def name_of(path):
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """The modules of the house that a file imports, wherever in it, as dotted names; not those that
    it names for type checkers."""
    here = name_of(path).split(".")
    package = here if path.name == "__init__.py" else here[:-1]
    found = set()
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if not is_for_type_checkers(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if is_module(inner) else base)
    return {name for name in found if name.split(".")[0] == "fastdense"}


def is_for_type_checkers(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def is_module(name):
    path = HOUSE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir() or any(
        path.parent.glob(f"{path.name}.pyx"))


def top(name):
    return name.split(".")[1] if "." in name else ""


# What each part may import besides itself; `*` means also the insides, else only the public name.
ANYBODY = {"config", "dtype_policies", "keras_tensor", "random", "registry", "utils*",
           "variable*", "version"}
ALLOWED = {
    "kernels": set(),
    "random": set(), "version": set(),
    # Only type checkers import it, so it may name anything.
    "_types": {"callbacks", "initializers", "layers", "models", "optimizers*", "random"},
    "registry": {"utils*"},
    "variable": {"config", "initializers", "utils*"},
    "backend": {"config", "utils"},
    "config": {"kernels", ""},  # the version, for show_versions
    "dtype_policies": {"config"},
    "keras_tensor": {"config", "utils*"},
    "utils": {"config", "random"},
    "ops": {"config", "kernels*"},
    "activations": {"ops", "kernels*"} | ANYBODY,
    "initializers": set(ANYBODY),
    "regularizers": {"ops"} | ANYBODY,
    "constraints": {"ops"} | ANYBODY,
    "losses": {"ops", "kernels*", "activations"} | ANYBODY,
    "metrics": {"ops", "kernels*", "losses", "initializers"} | ANYBODY,
    "optimizers": {"ops", "kernels*", "initializers"} | ANYBODY,
    "callbacks": {"saving*"} | ANYBODY,
    "datasets": set(ANYBODY),
    "layers": {"ops", "kernels*", "activations", "initializers", "regularizers", "constraints"}
    | ANYBODY,
    "training": {"kernels*", "callbacks", "losses", "metrics", "optimizers"} | ANYBODY,
    "models": {"saving*", "training", "layers*"} | ANYBODY,
    "saving": {"activations", "constraints", "initializers", "layers*", "losses", "metrics",
               "optimizers", "regularizers"} | ANYBODY,
    "demo": {"datasets*", "layers", "models", "utils"},
    "__main__": {"", "config", "demo"},
    "": set(PACKAGES) | {"layers", "variable*", "version*", "config*", "models*", "keras_tensor",
                          "initializers", "losses", "metrics", "optimizers", "regularizers"},
}


def forbidden(importer, imported):
    """Whether an arrow from one module to another is not in the table."""
    source, target = top(importer), top(imported)
    if source == target:
        return False
    allowed = ALLOWED[source]
    if f"{target}*" in allowed:
        return False
    return target not in allowed or imported.count(".") > 1


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows(path):
    wrong = [name for name in imports(path) if forbidden(name_of(path), name)]
    assert not wrong, f"{name_of(path)} must not import {', '.join(wrong)} (design, section 2)"


def test_the_table_of_arrows_would_notice():
    assert {top(name_of(path)) for path in FILES} == set(ALLOWED)
    assert forbidden("fastdense.kernels", "fastdense.config")
    assert forbidden("fastdense.losses.base", "fastdense.metrics")
    assert forbidden("fastdense.metrics.base", "fastdense.losses.base")
    assert forbidden("fastdense.layers.dense", "fastdense.training")
    assert not forbidden("fastdense.metrics.base", "fastdense.losses")
    seen = imports(HOUSE / "training" / "predictor.py")
    assert {"fastdense.kernels.rules", "fastdense.training.link", "fastdense.callbacks"} <= seen


# -- a test for every file -------------------------------------------------------------------------

TESTED_ELSEWHERE = {
    "__init__.py": "names only, seen by test_public_names below",
    "backend.py": "names only, seen by test_public_names below",
    "__main__.py": "tests/test_main.py: pytest cannot import a test___main__ beside it",
    "config/__init__.py": "re-exports",
    "models/__init__.py": "re-exports",
    "saving/__init__.py": "re-exports",
    "training/__init__.py": "re-exports Trainer",
    "training/arguments.py": "tests/test_errors.py is the table of bad arguments",
    "layers/__init__.py": "re-exports; tests/layers/test_layer.py has a table of them",
    "callbacks/__init__.py": "re-exports",
    "datasets/__init__.py": "re-exports",
    "utils/__init__.py": "re-exports",
    "kernels/__init__.py": "the choice of a level: tests/config/test_engine.py and test_cpu.py",
    "_types.py": "names for annotations: tests/test_typing.py",
    "kernels/rules.py": "named tuples without code; every test of the engine makes them",
}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_has_its_test(path):
    inside = path.relative_to(HOUSE)
    if inside.as_posix() in TESTED_ELSEWHERE:
        return
    name = "init" if inside.name == "__init__.py" else inside.stem
    assert (TESTS / inside.parent / f"test_{name}.py").exists()


def test_listed_exceptions_exist():
    for listed in (TESTED_ELSEWHERE, LONG):
        assert all((HOUSE / name).exists() for name in listed)


# -- size ------------------------------------------------------------------------------------------

LONG = {
    "ops.py": "fourteen operations, each a docstring of some 30 lines over a few lines of code",
}
SOURCES = sorted(path for pattern in ("*.py", "*.pyx", "*.pxi", "*.pxd", "*.h")
                 for path in HOUSE.rglob(pattern))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_files_are_short(path):
    lines = len(path.read_text().splitlines())
    listed = path.relative_to(HOUSE).as_posix() in LONG
    assert (lines > 400) == listed, f"{lines} lines"


# -- import ----------------------------------------------------------------------------------------

QUIET = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError("the import opened a socket")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import fastdense
heavy = {"matplotlib", "pooch", "tqdm", "keras", "tensorflow", "torch", "requests", "pytest"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_import_is_quiet():
    done = subprocess.run([sys.executable, "-W", "error", "-c", QUIET], capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": str(HOUSE.parent)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


LIGHT = """
import sys, numpy
before = set(sys.modules)
import fastdense
door = {m for m in sys.modules if m.startswith("fastdense.")}
assert door == {"fastdense.version"}, door
fastdense.Sequential  # what every program needs
new = set(sys.modules) - before
slow = {"asyncio", "csv", "dataclasses", "difflib", "hashlib", "json", "logging", "numpy.random",
        "pathlib", "random", "secrets", "shutil", "subprocess", "tarfile", "tempfile", "urllib",
        "zipfile"}
print(*slow & new, *(m for m in new if m.startswith("fastdense.kernels") and m.endswith("_f64")))
"""


def test_import_is_light():
    """What takes long to import waits until it is needed, such as the engine of the other dtype."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(HOUSE.parent)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


NO_FORK = """
import os
del os.fork, os.register_at_fork
import fastdense as keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(2), keras.layers.Dropout(0.5)])
model.compile("adam", "mse")
model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
print(model.name, model.predict(np.ones((1, 3))).shape)
"""


def test_a_system_without_fork():
    done = subprocess.run([sys.executable, "-c", NO_FORK], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(HOUSE.parent)})
    assert (done.stdout, done.stderr) == ("sequential (1, 2)\n", "")


# -- public names ----------------------------------------------------------------------------------


def public():
    """Every public object once, by its shortest name."""
    found = {}
    for name in ["", *PACKAGES]:
        full = f"fastdense.{name}".rstrip(".")
        module = importlib.import_module(full)
        for attribute in module.__all__:
            thing = getattr(module, attribute)
            if callable(thing):
                found.setdefault(id(thing), (f"{full}.{attribute}", thing))
    return sorted(found.values(), key=lambda pair: pair[0])


@pytest.mark.parametrize("name", ["", *PACKAGES])
def test_public_names(name):
    module = importlib.import_module(f"fastdense.{name}".rstrip("."))
    assert module.__doc__
    assert len(set(module.__all__)) == len(module.__all__)
    for attribute in module.__all__:
        assert hasattr(module, attribute)
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match=f"{module.__name__}' has no attribute 'nothing'"):
        _ = module.nothing


def test_the_door_opens_on_every_package():
    assert set(PACKAGES) <= set(fastdense.__all__)


@pytest.mark.parametrize(("name", "thing"), public(), ids=lambda value: value
                         if isinstance(value, str) else "")
def test_public_docstrings_have_examples(name, thing):
    doc = thing.__doc__ or ""
    assert "Examples\n" in doc and ">>>" in doc, f"{name} has no example"
