"""Make a wheel complete: OpenMP's run-time library goes into it, and its license with it.

    python shipping/repair.py WHEEL FOLDER

Wants `wheel` and the platform's own tool: auditwheel (and patchelf), delocate or delvewheel.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Runtime(NamedTuple):
    name: str  # how the name of the library's file begins
    license: str
    tool: list[str]  # what bundles it; FOLDER and WHEEL follow


LLVM = "Apache-2.0 WITH LLVM-exception"
RUNTIMES = {
    "linux": Runtime("libgomp", "GPL-3.0-or-later WITH GCC-exception-3.1",
                     ["auditwheel", "repair", "--strip", "--wheel-dir"]),
    "darwin": Runtime("libomp", LLVM, ["delocate-wheel", "-v", "--wheel-dir"]),
    "win32": Runtime("libomp", LLVM, ["delvewheel", "repair", "--wheel-dir"]),
}


def repair(wheel, folder, runtime):
    """Write the complete wheel into a folder and return its path."""
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run([*runtime.tool, temporary, wheel], check=True)
        bundled, = Path(temporary).glob("*.whl")
        subprocess.run([sys.executable, "-m", "wheel", "unpack", "--dest", temporary, bundled],
                       check=True)
        tree, = (path for path in Path(temporary).iterdir() if path.is_dir())
        add_license(tree, runtime)
        subprocess.run([sys.executable, "-m", "wheel", "pack", "--dest-dir", folder, tree],
                       check=True)
    return Path(folder) / bundled.name


def add_license(tree, runtime):
    """Add the library's license to an unpacked wheel: to its metadata, and as a text."""
    if not any(path.name.startswith(runtime.name) for path in tree.rglob("*")):
        sys.exit(f"expected {runtime.name} in the repaired wheel. Was it built without OpenMP?")
    info, = tree.glob("*.dist-info")
    text = f"LICENSE-{runtime.name}.txt"
    (info / "licenses" / text).write_bytes((HERE / text).read_bytes())
    lines = (info / "METADATA").read_text(encoding="utf-8").split("\n")
    expression = next(i for i, line in enumerate(lines) if line.startswith("License-Expression: "))
    lines[expression] += f" AND {runtime.license}"
    lines.insert(expression + 1, f"License-File: {text}")
    (info / "METADATA").write_text("\n".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    print(repair(*sys.argv[1:], RUNTIMES[sys.platform]))
