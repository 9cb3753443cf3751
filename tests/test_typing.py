"""Types: a user's program passes mypy --strict, and checkers see what is lazy at run time."""

import ast
import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import fastdense

TESTS = Path(__file__).parent
PROGRAM = TESTS / "strict" / "user_program.py"
needs_mypy = pytest.mark.skipif(importlib.util.find_spec("mypy") is None,
                                reason="mypy is not installed: pip install mypy")


def check(program):
    """Check a program as a user's mypy does who has set nothing but --strict."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=",
               "--follow-imports=silent", "--cache-dir",
               str(TESTS.parent / ".mypy_cache" / "user"), str(program)]
    done = subprocess.run(command, capture_output=True, text=True,
                          cwd=Path(fastdense.__file__).parents[1])
    return done.stdout.splitlines()


@needs_mypy
def test_a_users_program_is_strict():
    assert check(PROGRAM)[-1].startswith("Success"), "\n".join(check(PROGRAM))


WRONG = """
import fastdense as keras
from fastdense import callbacks, layers

model = keras.Sequential([layers.Dense("ten"), keras.layers.Danse(3)])
model.fit(epochs="three").history["loss"].upper()
model.predict(None).upper()
reveal_type(callbacks.TensorBoard)
"""


@needs_mypy
def test_mistakes_are_seen(tmp_path):
    program = tmp_path / "wrong.py"
    program.write_text(WRONG)
    *lines, summary = check(program)
    assert "Found 5 errors" in summary, lines
    assert sorted(line.rsplit("[")[-1] for line in lines if "error" in line) == [
        "arg-type]", "arg-type]", "attr-defined]", "attr-defined]", "attr-defined]"]
    assert "fastdense.callbacks.tensorboard.TensorBoard" in lines[-1]


# -- lazy doors ------------------------------------------------------------------------------------

LAZY = {
    "fastdense": lambda module: {*module.__all__} - {"__version__", "version"},
    "fastdense.callbacks": lambda module: {*module._FILES},
    "fastdense.datasets": lambda module: {*module.__all__},
    "fastdense.kernels": lambda module: {"f32", "f64"},
}


@pytest.mark.parametrize("name", LAZY)
def test_checkers_see_what_is_loaded_when_it_is_used(name):
    module = importlib.import_module(name)
    (block,) = (node for node in ast.parse(Path(module.__file__).read_text()).body
                if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = {alias.asname or alias.name for node in block.body for alias in node.names}
    assert seen == LAZY[name](module)


def test_nothing_imports_the_names_of_types():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, fastdense.models, fastdense.callbacks.tensorboard\n"
         "print('fastdense._types' in sys.modules, 'typing_extensions' in sys.modules)"],
        capture_output=True, text=True, cwd=Path(fastdense.__file__).parents[1])
    assert done.stdout == "False False\n"
